using System.Diagnostics;
using System.Text.Json.Nodes;
using MtlStudio.Core.Metrics;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;

namespace MtlStudio.Training.Tests.Trainer;

public sealed class RunCommandTests(TinyProject project) : IClassFixture<TinyProject>
{
    [Fact]
    public void Run_TrainsEvaluatesAndKeepsCheckpoints_FromASpecWithRelativePaths()
    {
        var dir = project["whole"];
        var (code, output, errors) = TinyProject.Mtl("run", "--spec", project["spec.json"], "--dir", dir, "--threads", "1", "--json");
        Assert.True(code == 0, errors);
        Assert.Equal("finished", JsonNode.Parse(output)!["outcome"]!.GetValue<string>());

        var events = TinyProject.Events(dir);
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(e => (int)e.Seq));
        var started = Assert.IsType<StartedEvent>(events[0]);
        Assert.Equal(["color", "echo"], started.Tasks.Select(task => task.Name));
        Assert.Equal(64, started.Environment["model"].Length);
        var evaluations = events.OfType<EvaluationEvent>().ToList();
        Assert.Equal([(0, "validation"), (0, "test"), (4, "validation"), (8, "validation")], evaluations.Take(4).Select(e => (e.Step, e.Split)));
        Assert.Equal("test", evaluations[4].Split);
        // Every score is that of its examples.
        Assert.Equal(
            evaluations.SelectMany(e => e.Tasks.SelectMany(task => task.Metrics.Select(metric => (e.Step, e.Split, task.Task, metric.Key, metric.Value)))),
            events.OfType<ExampleScoresEvent>().SelectMany(e => e.Metrics.Select(metric => (e.Step, e.Split, e.Task, metric.Metric,
                MetricRegistry.Get(metric.Metric).Score(metric.Rows(), [.. e.Examples.Select(_ => 1)], e.Context())))));
        Assert.Equal(6, events.OfType<SampleEvent>().Count(sample => sample is { Split: "test", Task: "echo", Step: 0 }));
        Assert.All(evaluations, e => Assert.Equal(["color", "echo"], e.Tasks.Select(task => task.Task)));
        var followed = events.OfType<SampleEvent>().Where(sample => sample.Split == "validation").GroupBy(sample => sample.Step).Select(step => string.Join(",", step.Select(sample => $"{sample.Task}{sample.Example}"))).ToList();
        Assert.Equal(3, followed.Count);
        Assert.Single(followed.Distinct());
        Assert.All(events.OfType<SampleEvent>().Where(sample => sample.Task == "color"), sample => Assert.Contains(sample.Output, new[] { "red", "blue", "green" }));
        Assert.True(File.Exists(Path.Combine(new RunFolder(dir).Checkpoint(8), "adapter_model.safetensors")));
        Assert.Equal("../model", JsonNode.Parse(File.ReadAllText(new RunFolder(dir).Spec))!["model"]!["path"]!.GetValue<string>());

        Assert.Equal(ExitCodes.Done, TinyProject.Mtl("resume", "--dir", dir).Code);
        var again = TinyProject.Mtl("run", "--spec", project["spec.json"], "--dir", dir);
        Assert.Equal(ExitCodes.InvalidInput, again.Code);
        Assert.StartsWith("--dir: ", again.Errors);
    }

    [Fact]
    public void Run_NamesEveryFaultOnItsLine_WhenTheSpecIsWrong()
    {
        var spec = TinyProject.Spec();
        spec["training"]!["steps"] = 0;
        spec["weighting"]!["name"] = "nosuch";
        spec["tasks"]![0]!["maxNewTokens"] = -1;
        project.WriteSpec("wrong.json", spec);
        foreach (var command in new[] { "run", "validate" })
        {
            string[] args = [command, "--spec", project["wrong.json"], .. command == "run" ? new[] { "--dir", project["wrong"] } : []];
            var (code, _, errors) = TinyProject.Mtl(args);
            Assert.Equal(ExitCodes.InvalidInput, code);
            var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(3, lines.Length);
            Assert.Contains(lines, line => line.StartsWith("training.steps: ") && line.Contains("(you gave 0)"));
            Assert.Contains(lines, line => line.StartsWith("weighting.name: "));
            Assert.Contains(lines, line => line.StartsWith("tasks[0].maxNewTokens: "));
        }
        Assert.False(Directory.Exists(project["wrong"]));
    }

    [Fact]
    public void Run_NamesTheField_WhenDataOrColumnsAreMissing()
    {
        var spec = TinyProject.Spec();
        spec["tasks"]![0]!["data"]!["train"] = "none.jsonl";
        spec["tasks"]![1]!["template"]!["prompt"] = "say {wrod}:";
        project.WriteSpec("missing.json", spec);
        var (code, _, errors) = TinyProject.Mtl("run", "--spec", project["missing.json"], "--dir", project["missing"]);
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("tasks[0].data.train: ", errors);
        Assert.Contains("tasks[1].template.prompt: ", errors);
    }

    [Fact]
    public void Arguments_AreNamed_WhenTheyAreWrong()
    {
        var (code, _, errors) = TinyProject.Mtl("run", "--dir", "x");
        Assert.Equal(ExitCodes.InvalidInput, code);
        Assert.Contains("--spec", errors);
        Assert.Equal(ExitCodes.InvalidInput, TinyProject.Mtl("nonsense").Code);
        Assert.Equal(ExitCodes.Done, TinyProject.Mtl("--help").Code);
    }

    [Fact]
    public void Run_FailsWithOne_WhenTheLossIsNotFinite()
    {
        var spec = TinyProject.Spec();
        spec["optimizer"] = JsonNode.Parse("""{ "name": "adamw", "options": { "lr": 10 } }""");
        spec["schedule"] = JsonNode.Parse("""{ "name": "constant", "options": { "warmupSteps": 0 } }""");
        spec["training"]!["steps"] = 400;
        spec["training"]!["clipNorm"] = 0;
        spec["evaluation"] = JsonNode.Parse("""{ "every": 0, "examples": 1, "samples": 0, "test": false }""");
        spec["peft"] = JsonNode.Parse("""{ "name": "full" }""");
        spec["optimizer"]!["options"]!["weightDecay"] = 10.0;
        project.WriteSpec("diverging.json", spec);
        var (code, _, errors) = TinyProject.Mtl("run", "--spec", project["diverging.json"], "--dir", project["diverging"], "--threads", "1");
        Assert.Equal(ExitCodes.Failed, code);
        Assert.Contains("not finite", errors);
        Assert.Equal("failed", Assert.IsType<EndedEvent>(TinyProject.Events(project["diverging"])[^1]).Outcome);
    }

    [Fact]
    public async Task Resume_GoesOnBitForBit_WhenTheProcessWasKilled()
    {
        project.WriteSpec("long.json", TinyProject.Spec(steps: 30));
        var (undisturbed, killed) = (project["undisturbed"], project["killed"]);
        Assert.Equal(0, TinyProject.Mtl("run", "--spec", project["long.json"], "--dir", undisturbed, "--threads", "1").Code);

        using (var process = TinyProject.Start("run", "--spec", project["long.json"], "--dir", killed, "--threads", "1"))
        {
            await Reached(killed, 10, process);
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        Assert.False(RunLock.IsHeld(new RunFolder(killed).Lock));
        Assert.Equal(0, TinyProject.Mtl("resume", "--dir", killed).Code);

        foreach (var file in new[] { "adapter_model.safetensors", CheckpointManifest.OptimizerFile })
            Assert.Equal(File.ReadAllBytes(Path.Combine(new RunFolder(undisturbed).Checkpoint(30), file)), File.ReadAllBytes(Path.Combine(new RunFolder(killed).Checkpoint(30), file)));
        Assert.Equal(Scores(undisturbed), Scores(killed));
    }

    [Fact]
    public async Task Run_LeavesACheckpointAndExitsWith130_WhenItGetsSigterm()
    {
        project.WriteSpec("long.json", TinyProject.Spec(steps: 3000));
        var dir = project["terminated"];
        using var process = TinyProject.Start("run", "--spec", project["long.json"], "--dir", dir, "--threads", "1");
        await Reached(dir, 6, process);
        using (Process.Start("kill", ["-TERM", process.Id.ToString()])) { }
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(ExitCodes.Stopped, process.ExitCode);
        var ended = Assert.IsType<EndedEvent>(TinyProject.Events(dir)[^1]);
        Assert.Equal(RunOutcomes.Stopped, ended.Outcome);
        Assert.True(Directory.Exists(new RunFolder(dir).Checkpoint(ended.Step)));
    }

    private static async Task Reached(string dir, int step, Process process)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromSeconds(120));
        var checkpoint = new RunFolder(dir).Checkpoint(step / 4 * 4);
        while (!Directory.Exists(checkpoint))
        {
            Assert.False(process.HasExited, "the trainer ended early");
            await Task.Delay(10, timeout.Token);
        }
    }

    private static List<(int, string, double)> Scores(string dir) =>
        [.. TinyProject.Events(dir).OfType<EvaluationEvent>().GroupBy(e => (e.Step, e.Split)).Select(g => g.Last()).Select(e => (e.Step, e.Split, e.Tasks.Sum(task => task.Loss)))];
}
