using MtlStudio.Core.Runs;
using MtlStudio.Testing;
using MtlStudio.Training.Batching;
using MtlStudio.Training.Loop;
using TorchSharp;

namespace MtlStudio.Training.Tests.Loop;

/// <summary>What a reference run keeps, and how another run takes it off its own losses.</summary>
public sealed class TrainLossesTests
{
    [Fact]
    public void Attach_GivesEachExampleItsLosses_AsTheyWereWritten()
    {
        using var folder = new Testing.TemporaryFolder();
        var file = Path.Combine(folder.Root, "losses.safetensors");
        var tasks = Tasks();
        TrainLosses.Write(file, tasks, Losses);
        var attached = TrainLosses.Attach(file, tasks, task => task.Name != "b");
        Assert.Null(attached[1].Train[0].Reference);
        Assert.Equal(attached[0].Train.Select(example => example.Tokens), attached[0].Train.Select(example => example.Reference!.Length));
        Assert.Equal(Losses("a", tasks[0].Train)[3], attached[0].Train[3].Reference);

        var longer = Tasks();
        longer[0] = longer[0] with { Train = [.. longer[0].Train.Skip(1)] };
        Assert.Contains("on other examples", Assert.Throws<InvalidInputException>(() => TrainLosses.Attach(file, longer, _ => true)).Message);
        longer[0] = Tasks()[0] with { Name = "other" };
        Assert.Contains("no losses of \"other\"", Assert.Throws<InvalidInputException>(() => TrainLosses.Attach(file, longer, _ => true)).Message);
    }

    [Fact]
    public void Collate_PutsAReferencesLossBesideItsToken_WhereverTheRowLies()
    {
        LabeledIds[] examples = [.. new[] { 5, 2, 7, 3 }.Select((length, i) => LabeledIds.AfterPrompt([.. Enumerable.Range(1, length)], 1) with { Reference = [.. Enumerable.Range(0, length - 1).Select(t => 100f * i + t)] })];
        foreach (var batch in new[] { new MicroBatch(0, 0, examples), new MicroBatch(0, 0, examples).Packed() })
        {
            using var scope = torch.NewDisposeScope();
            var tensors = batch.Collate(torch.CPU);
            var losses = tensors.Reference!.data<float>().ToArray();
            var next = new int[examples.Length];
            Assert.Equal(tensors.Labels.Example.Select(example => 100f * example + next[example]++), losses);
        }
        Assert.Null(new MicroBatch(0, 0, [examples[0], examples[1] with { Reference = null }]).Collate(torch.CPU).Reference);
    }

    [Fact]
    public void Run_WeighsWhatLiesAboveTheReference_AndFindsTheSharesOfIt()
    {
        // With the first step's own losses as reference, nothing lies above it: the weights stay even. With zero for one task, all of its loss does.
        var even = Shares(task => 1e6f);
        Assert.All(even.Values, share => Assert.Equal(1.0 / 3, share, 1e-9));
        var behind = Shares(task => task == "b" ? 0 : 1e6f);
        Assert.True(behind["b"] > 0.5 && behind["a"] < 0.25, string.Join(", ", behind));
        Assert.Equal(1, behind.Values.Sum(), 1e-9);
    }

    private static IReadOnlyDictionary<string, double> Shares(Func<string, float> reference)
    {
        using var run = new ToyRun();
        run.Change = task => task with { Train = [.. task.Train.Select(example => example with { Reference = [.. Enumerable.Repeat(reference(task.Name), example.Tokens)] })] };
        var spec = ToyRun.Spec("group-dro", steps: 8);
        run.Run(spec with { Weighting = new() { Name = "group-dro", Options = ToyRun.Options(("eta", 1), ("smoothing", 0.01)) } });
        var found = FoundShares.Read(run.Folder)!;
        Assert.Equal(8, found.Steps);
        return found.Shares;
    }

    private static TrainingTask[] Tasks() => [.. new[] { "a", "b" }.Select((name, k) => new TrainingTask(name, ["accuracy"], "accuracy", true, ToyModel.Examples(k, 6)))];

    private static IReadOnlyList<float[]> Losses(string task, IReadOnlyList<LabeledIds> examples) => [.. examples.Select((example, i) => Enumerable.Range(0, example.Tokens).Select(t => task[0] + i + t / 8f).ToArray())];
}
