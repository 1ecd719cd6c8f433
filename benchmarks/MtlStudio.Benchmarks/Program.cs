using System.Globalization;
using MtlStudio.Benchmarks.Store;
using MtlStudio.Benchmarks.Training;

// Each command prints a table of docs/benchmarks.md. Run in Release on a quiet machine.
var folder = Path.Combine(Path.GetTempPath(), $"mtl-benchmark-{Environment.ProcessId}");
try
{
    return args switch
    {
        ["ingest"] => await IngestBenchmark.RunAsync(folder),
        ["train", var script] => TrainBenchmark.Run(script),
        ["train-once", var form, var threads] => TrainBenchmark.Once(form, int.Parse(threads, CultureInfo.InvariantCulture)),
        ["read"] => await ReadBenchmark.RunAsync(folder),
        _ => Usage(),
    };
}
finally
{
    if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
}

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: MtlStudio.Benchmarks COMMAND
          ingest   durable ingestion of metric points against a bare prepared insert loop
          train    tokens a second against PyTorch; takes the path of benchmarks/train_tokens.py (needs python3-torch)
          read     what the server does to open the page of a run of 10 thousand to 5 million points
        """);
    return 2;
}
