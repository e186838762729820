using VhdxFuse.Benchmarks.Commands;

return new SuiteCommand().Invoke(args);
