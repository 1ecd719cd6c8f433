using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MtlStudio.Core.IO;
using MtlStudio.Training.Checkpoints;
using MtlStudio.Training.Models;

namespace MtlStudio.Benchmarks.Training;

/// <summary>
/// What of a run's training lies outside forward, backward, policy and optimizer, by the trainer's own count, and what the interference
/// telemetry costs at its default intervals: whole runs of mtl on the sample's four tasks, with it and without in turn.
/// </summary>
internal static partial class OutsideBenchmark
{
    private const int Steps = 100; // a multiple of both default intervals
    private static readonly string[] Policies = ["equal", "pcgrad"];

    /// <param name="program">mtl as it was built.</param>
    /// <param name="preset">A spec of four tasks, as samples/presets/1-four-tasks.json.</param>
    public static int Run(string program, string preset, string folder, int rounds)
    {
        Directory.CreateDirectory(folder);
        var samples = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(preset))!, ".."));
        var spec = JsonNode.Parse(File.ReadAllText(preset).Replace("\"../", $"\"{samples}/", StringComparison.Ordinal))!;
        var larger = Larger(Path.Combine(samples, "model"), Path.Combine(folder, "larger"));
        Console.WriteLine($"{Steps} steps of K = 4, one thread, records each 10 steps and trials each 50.\n");
        Console.WriteLine("| model | fine-tuning | policy | outside, by the clock | by CPU time | telemetry: with ÷ without, CPU time |\n| --- | --- | --- | --- | --- | --- |");
        foreach (var (name, model) in new[] { ("sample, 0.9 M", Path.Combine(samples, "model")), ("10M shape", larger) })
            foreach (var peft in new[] { "lora", "full" })
                foreach (var policy in Policies) Row(program, Shaped(spec, model, peft, policy), name, peft, policy, folder, rounds);
        return 0;
    }

    private static void Row(string program, JsonNode spec, string name, string peft, string policy, string folder, int rounds)
    {
        var shown = Enumerable.Range(0, rounds).Select(_ => (With: Once(program, spec, telemetry: true, folder), Without: Once(program, spec, telemetry: false, folder))).ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {peft} | {policy} | {string.Join(", ", shown.Select(one => $"{one.With.Clock:0.0} %"))} | {string.Join(", ", shown.Select(one => $"{one.With.Cpu:0.0} %"))} | {string.Join(", ", shown.Select(one => $"{one.With.Seconds / one.Without.Seconds:0.000}"))} |"));
    }

    private static (double Clock, double Cpu, double Seconds) Once(string program, JsonNode spec, bool telemetry, string folder)
    {
        var run = Directory.CreateDirectory(Path.Combine(folder, Path.GetRandomFileName())).FullName;
        var own = spec.DeepClone();
        own["telemetry"] = telemetry ? new JsonObject() : JsonNode.Parse("""{ "gradientEvery": 0, "paysEvery": 0 }""");
        AtomicFile.WriteText(Path.Combine(run, "spec.json"), own.ToJsonString());
        using var process = Process.Start(new ProcessStartInfo(program, ["run", "--spec", Path.Combine(run, "spec.json"), "--dir", Path.Combine(run, "run"), "--threads", "1"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = process.StandardOutput.ReadToEndAsync();
        var said = process.StandardError.ReadToEndAsync();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"mtl ended with {process.ExitCode}: {said.Result}");
        var line = Told().Match(File.ReadAllText(Path.Combine(run, "run", "events.jsonl")));
        if (!line.Success) throw new InvalidOperationException("The trainer did not say what lay outside its steps");
        double Number(int group) => double.Parse(line.Groups[group].Value, NumberStyles.Float, CultureInfo.InvariantCulture);
        return (Number(1), Number(2), Number(3));
    }

    private static JsonNode Shaped(JsonNode preset, string model, string peft, string policy)
    {
        var spec = preset.DeepClone();
        spec["model"] = new JsonObject { ["path"] = model };
        spec["peft"] = new JsonObject { ["name"] = peft };
        spec["weighting"] = new JsonObject { ["name"] = policy };
        spec["training"]!["steps"] = Steps;
        spec["evaluation"] = JsonNode.Parse("""{ "every": 0, "examples": 1, "samples": 0, "test": false }""");
        spec["checkpoints"] = JsonNode.Parse("""{ "every": 0 }""");
        return spec;
    }

    /// <summary>A model of the larger shape with random weights, and the sample's tokenizer.</summary>
    private static string Larger(string sample, string folder)
    {
        Directory.CreateDirectory(folder);
        using (var model = CausalLm.Create(SmallLlama.Shape, seed: 1)) ModelFolder.Write(model, folder);
        foreach (var file in Directory.GetFiles(sample, "tokenizer*")) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        return folder;
    }

    [GeneratedRegex(@"recording took ([0-9.]+) % of the steps' time and ([0-9.]+) % of their processor time, ([0-9.]+) s in all")]
    private static partial Regex Told();
}
