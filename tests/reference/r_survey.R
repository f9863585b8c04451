# Figures of R's survey package that the published fixtures do not hold: the large case, and strata with a single respondent.
#
#   Rscript r_survey.R FOLDER > r_survey.json
#
# FOLDER holds the published respondents and ratings. "lonely" is the small case of which the stratum dept_mutual keeps only its
# last respondent. The marks are anyneg (any bit of neg_mask) and neg1 (its lowest bit). "raked" is the small case raked to sex and
# age, whose standard errors know of it: of totals of the linearised values, which is what svyratio does. Preset scores go with
# calibrate(calfun = "raking"), the same weights with a weighted regression.
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

linearised <- function(design, value) {
  design$variables$z <- value
  as.vector(SE(svytotal(~z, design)))
}

raked <- function(case) {
  people <- case$people
  design <- svydesign(ids = ~resp, strata = ~cat, weights = ~w, fpc = ~N_h, data = people)
  whole <- sum(people$w)
  design <- rake(design, list(~sex, ~age), control = list(maxit = 1000, epsilon = 1e-10), list(
    data.frame(sex = c("F", "M"), Freq = whole * c(0.52, 0.48)),
    data.frame(age = paste0("a", 1:4), Freq = whole * c(0.22, 0.28, 0.30, 0.20))))
  weighted <- calibrate(svydesign(ids = ~resp, strata = ~cat, weights = ~w, fpc = ~N_h, data = people), ~sex + age,
    population = c("(Intercept)" = whole, sexM = whole * 0.48, agea2 = whole * 0.28, agea3 = whole * 0.30, agea4 = whole * 0.20),
    calfun = "raking", epsilon = 1e-12)
  w <- weights(design)
  stopifnot(max(abs(weights(weighted) / w - 1)) < 1e-8)
  found <- list()
  for (department in sort(unique(case$said$dept))) {
    said <- case$said[case$said$dept == department & !is.na(case$said$score), ]
    row <- match(people$resp, said$resp)
    rated <- !is.na(row)
    y <- ifelse(rated, said$score[row], 0)
    mark <- ifelse(rated, said$anyneg[row], 0)
    mean <- sum(w * y) / sum(w[rated])
    share <- sum(w * mark) / sum(w[rated])
    score <- 0
    z <- rep(0, nrow(people))
    for (stratum in unique(people$cat)) {
      here <- rated & people$cat == stratum
      of <- people$preset[here][1]
      centre <- sum(w[here] * y[here]) / sum(w[here])
      score <- score + of * centre
      z[here] <- of * (y[here] - centre) / sum(w[here])
    }
    found[[department]] <- list(
      mean = mean, se = linearised(design, rated * (y - mean) / sum(w[rated])),
      anyneg = share, anyneg_se = linearised(design, rated * (mark - share) / sum(w[rated])),
      preset = score, preset_se = linearised(weighted, z))
  }
  found
}

lonely <- only_one_left(read_case("small"))
found <- list(main = figures(read_case("main"), "fail"))
for (rule in c("adjust", "average", "certainty")) found[[rule]] <- figures(lonely, rule)
found$raked <- raked(read_case("small"))
cat(toJSON(found, digits = NA, auto_unbox = TRUE, na = "null"))
