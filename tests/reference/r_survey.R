# Figures of R's survey package that the published fixtures do not hold: the large case, and strata with a single respondent.
#
#   Rscript r_survey.R FOLDER > r_survey.json
#
# FOLDER holds the published respondents and ratings. "lonely" is the small case of which the stratum dept_mutual keeps only its
# last respondent. n is degf's subset; the marks are anyneg (any bit of neg_mask) and neg1 (its lowest bit).
suppressPackageStartupMessages({library(survey); library(jsonlite)})
folder <- commandArgs(TRUE)[1]

read_case <- function(case) {
  people <- read.csv(file.path(folder, paste0(case, "_respondents.csv")))
  said <- read.csv(file.path(folder, paste0(case, "_ratings.csv")))
  said$anyneg <- as.numeric(said$neg_mask > 0)
  said$neg1 <- said$neg_mask %% 2
  list(people = people, said = said)
}

only_one_left <- function(case) {
  rows <- which(case$people$cat == "dept_mutual")
  case$people <- case$people[-rows[-length(rows)], ]
  case$said <- case$said[case$said$resp %in% case$people$resp, ]
  case
}

figures <- function(case, lonely) {
  options(survey.lonely.psu = lonely)
  table <- merge(case$said, case$people, by = "resp")
  asked <- subset(svydesign(ids = ~resp, strata = ~cat, weights = ~w, fpc = ~N_h, data = table), !is.na(score))
  means <- svyby(~score, ~dept, asked, svymean, deff = TRUE)
  cells <- svyby(~score, ~cat + dept, asked, svymean)
  weight <- tapply(case$people$preset, case$people$cat, function(one) one[1])[as.character(cells$cat)]
  weight <- weight / ave(weight, cells$dept, FUN = sum)
  found <- list(department = as.character(means$dept), mean = coef(means), se = SE(means), deff = deff(means),
    df = sapply(means$dept, function(one) degf(subset(asked, dept == one))),
    preset = as.vector(tapply(weight * cells$score, cells$dept, sum)),
    preset_se = as.vector(sqrt(tapply((weight * cells$se)^2, cells$dept, sum))))
  for (mark in c("anyneg", "neg1")) {
    shares <- svyby(as.formula(paste0("~", mark)), ~dept, asked, svymean)
    found[[mark]] <- coef(shares)
    found[[paste0(mark, "_se")]] <- SE(shares)
  }
  lapply(found, unname)
}

lonely <- only_one_left(read_case("small"))
found <- list(main = figures(read_case("main"), "fail"))
for (rule in c("adjust", "average", "certainty")) found[[rule]] <- figures(lonely, rule)
cat(toJSON(found, digits = NA, auto_unbox = TRUE, na = "null"))
