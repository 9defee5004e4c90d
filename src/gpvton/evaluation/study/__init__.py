"""Human studies: raters choose between two methods' results, in a plain web page; no torch."""
