using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;

namespace MtlStudio.Benchmarks.Training;

/// <summary>What the trainer's process holds over a whole run of the sample with its evaluations, from step 100 on.</summary>
internal static class TrainerMemoryBenchmark
{
    private const int First = 100, Evaluated = 50;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private static readonly int[] Told = [100, 200, 500, 1_000, 2_000, 3_000, 5_000, 7_500, 10_000];

    /// <param name="program">mtl as it was built.</param>
    /// <param name="preset">A spec, as samples/presets/1-four-tasks.json.</param>
    public static async Task<int> RunAsync(string program, string preset, int steps, string folder)
    {
        Directory.CreateDirectory(folder);
        var spec = JsonNode.Parse(File.ReadAllText(preset).Replace("\"../", $"\"{Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(preset))!, ".."))}/", StringComparison.Ordinal))!;
        (spec["training"]!["steps"], spec["evaluation"]!["every"]) = (steps, Evaluated);
        var (file, run) = (Path.Combine(folder, "spec.json"), Path.Combine(folder, "run"));
        await File.WriteAllTextAsync(file, spec.ToJsonString());
        using var process = Process.Start(new ProcessStartInfo(program, ["run", "--spec", file, "--dir", run]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = process.StandardOutput.ReadToEndAsync();
        var said = process.StandardError.ReadToEndAsync();
        var seen = new List<(long Step, double Resident, double Own)>();
        for (; !process.HasExited; await Task.Delay(Pace))
            if (StepOf(Path.Combine(run, "events.jsonl")) is { } step && step >= First && Memory(process.Id) is { } now) seen.Add((step, now.Resident, now.Own));
        if (process.ExitCode != 0) throw new InvalidOperationException($"mtl ended with {process.ExitCode}: {await said}");
        Console.WriteLine("| from step | resident, MB: mean | most | ÷ the first | without mapped files, MB: mean | most | ÷ the first |\n| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        (double Resident, double Own)? first = null;
        foreach (var (from, to) in Told.Where(step => step < steps).Zip(Told.Where(step => step < steps).Skip(1).Append(steps)))
        {
            var part = seen.Where(one => one.Step >= from && one.Step < to).ToList();
            if (part.Count == 0) continue;
            var mean = (Resident: part.Average(one => one.Resident), Own: part.Average(one => one.Own));
            first ??= mean;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {from:#,0} | {mean.Resident:0.0} | {part.Max(one => one.Resident):0.0} | {mean.Resident / first.Value.Resident:0.000} "
                + $"| {mean.Own:0.0} | {part.Max(one => one.Own):0.0} | {mean.Own / first.Value.Own:0.000} |"));
        }
        return 0;
    }

    /// <summary>The last step that the file tells of; null before the first.</summary>
    private static long? StepOf(string events)
    {
        if (!File.Exists(events)) return null;
        using var stream = new FileStream(events, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = Math.Max(0, stream.Length - (1 << 16));
        using var reader = new StreamReader(stream);
        // The last line may be half written, the first one read half cut away.
        return reader.ReadToEnd().Split('\n').SkipLast(1).Reverse().Where(line => line.StartsWith('{') && line.Contains("\"examples\":", StringComparison.Ordinal))
            .Select(line => JsonSerializer.Deserialize<RunEvent>(line, WireJson.Compact)).OfType<PointsEvent>().FirstOrDefault(points => points.Examples is not null)?.Index;
    }

    /// <summary>In megabytes; the system drops pages of mapped files, libraries among them, as it likes, so that what is the process' own is told apart.</summary>
    private static (double Resident, double Own)? Memory(int process)
    {
        try
        {
            var lines = File.ReadAllLines($"/proc/{process}/status");
            double Of(string name) => 1.024e-3 * double.Parse(lines.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
            return (Of("VmRSS:"), Of("RssAnon:"));
        }
        catch (Exception ended) when (ended is IOException or InvalidOperationException)
        {
            return null; // it ended meanwhile
        }
    }
}
