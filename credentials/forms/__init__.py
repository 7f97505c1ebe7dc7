"""Forms of the learner's and the visitor's pages, one module a subject."""
