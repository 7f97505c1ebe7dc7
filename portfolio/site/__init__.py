"""What every request takes: words of templates, steps, logs, language."""
