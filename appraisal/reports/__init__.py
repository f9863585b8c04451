"""Results and slips as documents: figures in words, charts as SVG, letters and slips as PDF. Nothing here decides anything."""
