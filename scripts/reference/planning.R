# Golden values for the power of planned tests, and for opinion, preference and ABX tests:
# tests/data/golden/planning.json, inputs and expected values together.
# Debian: apt-get install r-base-core r-cran-lme4 r-cran-lmertest r-cran-jsonlite
# Run from the repository root: Rscript scripts/reference/planning.R

suppressPackageStartupMessages({
  library(lmerTest)
  library(jsonlite)
})
RNGkind("Mersenne-Twister", "Inversion", "Rejection")
set.seed(1534)

# Expected mean squares of the balanced two-way random model, and Satterthwaite's formula.
precision <- function(listener, item, residual, L, I) {
  ms_l <- I * listener + residual
  ms_i <- L * item + residual
  total <- ms_l + ms_i - residual
  list(se = sqrt(total / (L * I)),
       df = total^2 / (ms_l^2 / (L - 1) + ms_i^2 / (I - 1) + residual^2 / ((L - 1) * (I - 1))))
}
power_case <- function(listener, item, residual, L, I, difference, margin, alpha) {
  found <- precision(listener, item, residual, L, I)
  critical <- qt(1 - alpha / 2, found$df)
  power <- 1 - pt(critical, found$df, ncp = difference / found$se) +
    pt(-critical, found$df, ncp = difference / found$se)
  # TOST: over the distribution of the estimated standard error.
  given_s <- function(s) {
    reach <- margin - qt(1 - alpha, found$df) * s * found$se
    inside <- pmax(pnorm(reach / found$se) - pnorm(-reach / found$se), 0)
    inside * 2 * s * found$df * dchisq(s^2 * found$df, found$df)
  }
  # the inside is 0 beyond the s at which nothing is left of the margin
  last <- margin / (qt(1 - alpha, found$df) * found$se)
  tost <- integrate(given_s, 0, last, rel.tol = 1e-10, subdivisions = 1000)$value
  list(listener = listener, item = item, residual = residual, n_listeners = L, n_items = I,
       difference = difference, margin = margin, alpha = alpha, se = found$se, df = found$df,
       power = power, equivalence_power = tost)
}
power <- list(
  power_case(82, 208, 496, 20, 10, 5, 5, 0.05), power_case(82, 208, 496, 60, 40, 5, 10, 0.05),
  power_case(19.4, 147, 108, 20, 66, 5, 5, 0.05), power_case(19.4, 147, 108, 14, 14, 10, 8, 0.01),
  power_case(49, 0, 196, 20, 10, 5, 5, 0.05), power_case(0, 64, 196, 12, 12, 8, 12, 0.025))

# With items without limit the listeners' means are left: R's one-sample t test.
classic <- power.t.test(n = 24, delta = 5, sd = 9, type = "one.sample", strict = TRUE)$power

crossed <- function(values) {
  L <- nrow(values)
  I <- ncol(values)
  data <- data.frame(y = as.vector(values), listener = factor(rep(seq_len(L), I)),
                     item = factor(rep(seq_len(I), each = L)))
  fit <- suppressMessages(lmer(
    y ~ 1 + (1 | listener) + (1 | item), data = data,
    control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5),
                          check.conv.singular = "ignore")))
  row <- coef(summary(fit))["(Intercept)", ]
  list(mean = row[["Estimate"]], se = row[["Std. Error"]], df = row[["df"]],
       p = row[["Pr(>|t|)"]])
}
made <- function(L, I, sd_l, sd_i, sd_e, mean) {
  mean + outer(rnorm(L, 0, sd_l), rnorm(I, 0, sd_i), "+") + matrix(rnorm(L * I, 0, sd_e), L, I)
}

votes <- pmin(pmax(round(made(15, 8, 0.5, 0.4, 0.7, 3.4)), 1), 5)
opinion <- c(list(votes = votes, histogram = as.vector(table(factor(votes, 1:5))),
                  median = median(votes), sd = sd(votes)), crossed(votes))

choices <- sign(round(made(16, 9, 0.6, 0.5, 0.8, 0.3)))
sums <- rowSums(choices)
majorities <- binom.test(sum(sums > 0), sum(sums != 0))
pooled <- binom.test(sum(choices == 1), sum(choices != 0))
exact <- function(test) list(p = test$p.value, low = test$conf.int[1], high = test$conf.int[2],
                             n = unname(test$parameter), k = unname(test$statistic))
preference <- c(list(choices = choices, majorities = exact(majorities), pooled = exact(pooled)),
                crossed(choices))

n_trials <- rep(c(16, 20), 8)
n_correct <- rbinom(16, n_trials, rbeta(16, 6, 3))
greater <- binom.test(sum(n_correct), sum(n_trials), alternative = "greater")
d_share <- function(d) pnorm(d / sqrt(2)) * pnorm(d / 2) + pnorm(-d / sqrt(2)) * pnorm(-d / 2)
d_prime <- function(share) uniroot(function(d) d_share(d) - share, c(0, 12), tol = 1e-13)$root
likelihood <- function(x) {
  total <- (1 - x[2]) / x[2]
  a <- x[1] * total
  b <- (1 - x[1]) * total
  sum(lbeta(n_correct + a, n_trials - n_correct + b) - lbeta(a, b))
}
fit <- optim(c(0.6, 0.1), function(x) -likelihood(x), method = "L-BFGS-B",
             lower = c(1e-6, 1e-6), upper = c(1 - 1e-6, 0.999),
             control = list(factr = 1, pgtol = 1e-12))
share <- sum(n_correct) / sum(n_trials)
binomial <- sum(n_correct) * log(share) + sum(n_trials - n_correct) * log(1 - share)
shares <- c(0.55, 0.7, 0.75, 0.9, 0.99)
abx <- list(n_correct = n_correct, n_trials = n_trials, p = greater$p.value,
            p_listeners = mapply(function(k, n) binom.test(k, n, alternative = "greater")$p.value,
                                 n_correct, n_trials),
            shares = shares, d_primes = sapply(shares, d_prime), d_prime = d_prime(share),
            mean = fit$par[1], overdispersion = fit$par[2], log_likelihood = -fit$value,
            p_alike = pchisq(2 * (-fit$value - binomial), 1, lower.tail = FALSE) / 2)

versions <- list(R = R.version.string, lme4 = as.character(packageVersion("lme4")),
                 lmerTest = as.character(packageVersion("lmerTest")))
write_json(list(versions = versions, power = power, classic_power = classic, opinion = opinion,
                preference = preference, abx = abx),
           "tests/data/golden/planning.json", auto_unbox = TRUE, digits = NA, pretty = TRUE)
