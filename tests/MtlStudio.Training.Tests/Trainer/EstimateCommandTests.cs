using System.Text.Json.Nodes;
using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Tests.Trainer;

public sealed class EstimateCommandTests(TinyProject project) : IClassFixture<TinyProject>
{
    [Fact]
    public void Estimate_TellsMemoryPartByPart_FromTheSpecAlone()
    {
        var (code, output, errors) = TinyProject.Mtl("estimate", "--spec", project["spec.json"], "--json");
        Assert.True(code == 0, errors);
        var report = JsonNode.Parse(output)!;
        Assert.Equal(report["memoryBytes"]!.GetValue<long>(), report["memory"]!.AsArray().Sum(part => part!["bytes"]!.GetValue<long>()));
        Assert.Contains(report["memory"]!.AsArray(), part => part!["name"]!.GetValue<string>() == "activations");
        Assert.Null(report["probe"]);
    }

    [Fact]
    public void Estimate_MeasuresTheFirstSteps_AndLeavesNothingBehind()
    {
        var before = Directory.EnumerateFileSystemEntries(project.Root).Order().ToList();
        var (code, output, errors) = TinyProject.Mtl("estimate", "--spec", project["spec.json"], "--probe", "--json", "--threads", "1");
        Assert.True(code == 0, errors);
        var probe = JsonNode.Parse(output)!["probe"]!;
        Assert.Equal(3, probe["steps"]!.GetValue<int>());
        var step = probe["stepSeconds"]!.GetValue<double>();
        Assert.True(step > 0);
        Assert.Equal(8 * step, probe["trainingSeconds"]!.GetValue<double>(), 1e-9); // the spec has 8 steps
        Assert.True(probe["evaluationSeconds"]!.GetValue<double>() > 0);
        Assert.True(probe["peakBytes"]!.GetValue<long>() > 50_000_000);
        Assert.Equal(before, Directory.EnumerateFileSystemEntries(project.Root).Order());
    }

    [Fact]
    public void Run_RecordsWhatWasEstimatedAndWhatItTook()
    {
        var dir = project["recorded"];
        project.WriteSpec("short.json", TinyProject.Spec(steps: 3));
        Assert.Equal(0, TinyProject.Mtl("run", "--spec", project["short.json"], "--dir", dir, "--threads", "1").Code);
        var events = TinyProject.Events(dir);
        Assert.True(long.Parse(events.OfType<StartedEvent>().Single().Environment[EnvironmentNames.EstimatedMemory]) > 200_000_000);
        Assert.Contains(events.OfType<LogEvent>(), log => log.Message.StartsWith("Memory at the peak:", StringComparison.Ordinal) && log.Message.Contains("estimated:", StringComparison.Ordinal));
        Assert.Contains(events.OfType<LogEvent>(), log => log.Message.Contains("of the steps' time and", StringComparison.Ordinal) && log.Message.Contains("of their processor time", StringComparison.Ordinal));
    }

    [Fact]
    public void Estimate_NamesTheField_WhenTheSpecIsNoGood()
    {
        var spec = TinyProject.Spec();
        spec["peft"]!["options"]!["targets"] = new JsonArray("c_attn");
        project.WriteSpec("wrong.json", spec);
        var (code, _, errors) = TinyProject.Mtl("estimate", "--spec", project["wrong.json"]);
        Assert.Equal(2, code);
        Assert.Contains("peft.options.targets", errors);
    }
}
