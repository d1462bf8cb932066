# Golden values of mushra/stats/contrasts.py: does a difference depend on the level of a factor?
# Debian: apt-get install r-base-core r-cran-lmertest r-cran-jsonlite
# Run from the repository root: Rscript scripts/reference/contrasts.R
suppressPackageStartupMessages({
  library(lmerTest)
  library(jsonlite)
})
golden <- "tests/data/golden"
set.seed(1534)
# Listeners, items of the first and second level, sd of listener, listener x level, item, residual.
designs <- list(
  even = list(l = 12, i = c(6, 6), sd = c(4, 3, 3, 6)),
  uneven = list(l = 15, i = c(4, 8), sd = c(4, 3, 3, 6)),
  no_item = list(l = 10, i = c(5, 5), sd = c(4, 4, 0, 6)),
  no_interaction = list(l = 10, i = c(5, 5), sd = c(4, 0, 5, 6)),
  residual_only = list(l = 8, i = c(4, 4), sd = c(0, 0, 0, 8))
)
make <- function(d) {
  n <- sum(d$i)
  level <- rep(c("first", "second"), d$i)
  listener <- rnorm(d$l, 0, d$sd[1])
  both <- matrix(rnorm(2 * d$l, 0, d$sd[2]), d$l, 2)
  item <- rnorm(n, 0, d$sd[3])
  rows <- expand.grid(listener = seq_len(d$l), item = seq_len(n))
  at <- ifelse(level[rows$item] == "first", 1, 2)
  rows$value <- round(3 * (at == 1) + listener[rows$listener] + both[cbind(rows$listener, at)] +
                        item[rows$item] + rnorm(nrow(rows), 0, d$sd[4]))
  rows$level <- level[rows$item]
  rows
}
test <- function(rows) {
  # First minus second level.
  rows$level <- relevel(factor(rows$level), ref = "second")
  rows$listener <- factor(rows$listener)
  rows$item <- factor(rows$item)
  fit <- suppressMessages(lmer(
    value ~ level + listener + (1 | listener:level) + (1 | item), data = rows,
    control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5),
                          check.conv.singular = "ignore", check.conv.grad = "ignore",
                          check.conv.hess = "ignore")))
  row <- coef(summary(fit))["levelfirst", ]
  list(difference = row[["Estimate"]], se = row[["Std. Error"]], df = row[["df"]],
       p = row[["Pr(>|t|)"]])
}
cases <- lapply(designs, function(d) {
  rows <- make(d)
  c(list(listener = rows$listener, item = rows$item, value = rows$value,
         is_first = rows$level == "first"), test(rows))
})
versions <- list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
                 lmerTest = as.character(packageVersion("lmerTest")))
write_json(list(versions = versions, cases = cases), file.path(golden, "contrasts.json"),
           auto_unbox = TRUE, digits = NA)
