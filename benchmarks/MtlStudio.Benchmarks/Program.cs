using System.Globalization;
using MtlStudio.Benchmarks.Browser;
using MtlStudio.Benchmarks.Compare;
using MtlStudio.Benchmarks.Load;
using MtlStudio.Benchmarks.Store;
using MtlStudio.Benchmarks.Training;

// Each command prints a table of docs/benchmarks.md. Run in Release on a quiet machine.
var folder = Path.Combine(Path.GetTempPath(), $"mtl-benchmark-{Environment.ProcessId}");
try
{
    return args switch
    {
        ["ingest"] => await IngestBenchmark.RunAsync(folder),
        ["train", var script, .. var size] => TrainBenchmark.Run(script, size is [var name] ? name : "10m"),
        ["train-once", var size, var form, var threads, var precision] => TrainBenchmark.Once(size, form, Number(threads), precision),
        ["precision", .. var size] => TrainBenchmark.Precisions(size is [var name] ? name : "10m"),
        ["checkpoint", .. var millions] => CheckpointBenchmark.Run(folder, 1_000_000L * (millions is [var count] ? Number(count) : 100)),
        ["telemetry"] => TelemetryBenchmark.Run(),
        ["outside", var program, var preset, .. var rounds] => OutsideBenchmark.Run(program, preset, folder, rounds is [var count] ? Number(count) : 3),
        ["policies", var form, var tasks, var rounds, .. var names] => PolicyBenchmark.Run(form, Number(tasks), Number(rounds), names),
        ["sampled-gram", var tasks] => SampledGramBenchmark.Run(Number(tasks)),
        ["packing", var sets, var tokenizer] => PackingBenchmark.Run(sets, tokenizer, folder),
        ["instructions", var sets, var tokenizer, var script] => InstructionBenchmark.Run(sets, tokenizer, script, folder),
        ["instructions-once", var batches, var rank, var threads] => InstructionBenchmark.Once(batches, Number(rank), Number(threads)),
        ["resources"] => ResourcesBenchmark.Run(2),
        ["resources-once", var form, var precision, var checkpointing, var threads] => ResourcesBenchmark.Once(form, precision, checkpointing, Number(threads)),
        ["flat"] => ResourcesBenchmark.Flat(1),
        ["trainer-memory", var program, var preset, var steps] => await TrainerMemoryBenchmark.RunAsync(program, preset, Number(steps), folder),
        ["compare", var program] => await CompareBenchmark.RunAsync(program, folder),
        ["store", var data, var runs, var tasks, var steps] => await FillAsync(data, new(Number(runs), Number(tasks), Number(steps))),
        ["load", var program, var data, .. var sizes] => await LoadBenchmark.RunAsync(program, data, sizes.Length == 0 ? [100, 1000] : [.. sizes.Select(Number)]),
        ["remove", var data] => await RemovalBenchmark.RunAsync(data),
        ["read"] => await ReadBenchmark.RunAsync(folder),
        ["pages", var program, .. var rounds] => await PagesBenchmark.RunAsync(program, folder, rounds.Length == 0 ? 5 : Number(rounds[0])),
        ["screen", .. var viewers] => await ScreenBenchmark.RunAsync(folder, viewers.Length == 0 ? ["1", "20", "1+19"] : viewers),
        ["viewers", var program, var viewers, var minutes] => await ViewerMemoryBenchmark.RunAsync(program, folder, Number(viewers), Number(minutes)),
        _ => Usage(),
    };
}
catch (NoNumberException wrong)
{
    Console.Error.WriteLine(wrong.Message);
    return Usage();
}
finally
{
    if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
}

static int Number(string text) => int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : throw new NoNumberException($"\"{text}\" is no whole number where one is taken.");

static async Task<int> FillAsync(string data, CompareSize size)
{
    Console.WriteLine($"Runs {string.Join(", ", await CompareStore.FillAsync(data, size))} stand in {data}.");
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("""
        Usage: MtlStudio.Benchmarks COMMAND
          ingest   durable ingestion of metric points against a bare prepared insert loop
          train    tokens a second against PyTorch; takes the path of benchmarks/train_tokens.py (needs python3-torch), and 10m or 100m
          precision  LoRA on a trunk of bfloat16 against float32: 10m or 100m
          checkpoint  how long a checkpoint stops the training of 100 million parameters, or of as many millions as given
          telemetry  what the record of gradients and the trials of single tasks' steps cost at their default intervals
          outside  what of a run's training is neither forward, backward, policy nor optimizer, and what telemetry costs: MTL
                   samples/presets/1-four-tasks.json [ROUNDS]
          policies processor time of a step under each policy against equal weighting: full|lora TASKS ROUNDS [POLICIES]
          sampled-gram  how far cosines and directions lie off where only layers or a sketch of each gradient is kept: TASKS
          packing  trained tokens a second by how examples of uneven length are put together: FOLDER_OF_SETS TOKENIZER_FOLDER
          instructions  answer tokens a second on a real instruction mix against PyTorch: FOLDER_OF_SETS TOKENIZER_FOLDER benchmarks/train_tokens.py
                   (needs python3-torch)
          resources  memory and time of a step by precision and activation checkpointing
          flat     resident memory and live tensors over 10,000 steps
          trainer-memory  resident memory of a whole run with its evaluations: MTL samples/presets/1-four-tasks.json STEPS
          compare  runs beside each other: verdicts, curves, the report; takes the path of a built MtlStudio.Web.dll
          store    fills a data folder with made-up finished runs to look at: FOLDER RUNS TASKS STEPS
          load     pages and API on a store of 100 and 1,000 runs of 40 tasks; takes the path of a built MtlStudio.Web.dll, a folder that
                   keeps the store (9 GB), and other numbers of runs
          remove   ingestion while a large run is deleted; takes the folder of load
          read     what the server does to open the page of a run of 10 thousand to 5 million points
          pages    Compare, a run's curves and the list of runs from navigation to the last line, over a bare static page that draws the same points:
                   MtlStudio.Web.dll [ROUNDS] (needs Chromium)
          screen   from a step that the trainer writes to the number in the browser's page, with 1 and 20 viewers, and with 1 beside 19 tabs in the
                   background, or those given: [VIEWERS…], as 20 or 1+19 (needs Chromium)
          viewers  memory of the studio while pages watch a fast run: MtlStudio.Web.dll, PAGES, MINUTES (needs Chromium)
        """);
    return 2;
}

/// <summary>What was given does not fit the command.</summary>
internal sealed class NoNumberException(string message) : Exception(message);
