"""``appraisal bench …``: everything that is measured rather than tested."""

from appraisal.cli.attacking import attacks
from appraisal.cli.ballot_bench import bench_collect
from appraisal.cli.document_bench import bench_documents
from appraisal.cli.statistics import bench

__all__ = ["bench"]

for command in (bench_collect, bench_documents, attacks):
    bench.add_command(command)
