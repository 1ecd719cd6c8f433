using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Runs;

public sealed class BaselinePlannerTests
{
    private static readonly RunSpec Mix = new()
    {
        Name = "mix",
        Model = new() { Path = "m" },
        Tasks = [.. new[] { "a", "b", "c" }.Select(name => new TaskSpec { Name = name, Data = new() { Train = "t" }, Template = new() { Answer = "{x}" }, Role = name == "c" ? "auxiliary" : "target" })],
    };

    [Fact]
    public void For_MakesAValidBaselineForEachTarget_WhenGivenAMix()
    {
        var baselines = BaselinePlanner.For(Mix);
        Assert.Equal(["a", "b"], baselines.Select(spec => spec.Baseline!.Task));
        Assert.All(baselines, spec => Assert.Empty(RunSpecValidator.Validate(spec)));
        Assert.All(baselines, spec => Assert.Equal(3, spec.Training.Accumulation));
        Assert.Empty(BaselinePlanner.For(baselines[0]));
    }

    [Fact]
    public void Hash_IsEqual_WhenOnlyThePolicysNameOrLossWeightsDiffer()
    {
        var uw = Mix with { Name = "other", Weighting = new() { Name = "uw" }, Tags = ["x"] };
        var weighted = Mix with { Weighting = new() { Name = "fixed" }, Tasks = [.. Mix.Tasks.Select(task => task with { LossWeight = 3 })] };
        Assert.Equal(Keys(Mix), Keys(uw));
        Assert.Equal(Keys(Mix), Keys(weighted));
    }

    [Fact]
    public void Hash_Differs_WhenAnythingThatActsOnTheBaselineDiffers()
    {
        var keys = new[]
        {
            Mix, Mix with { Seed = 2 }, Mix with { Weighting = new() { Name = "pcgrad" } }, Mix with { Sampler = new("uniform") },
            Mix with { Training = Mix.Training with { Steps = 5 } }, Mix with { Model = new() { Path = "n" } }, Mix with { Peft = new("full") },
        }.Select(spec => Keys(spec)[0]).ToArray();
        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public void Hash_IsEqual_WhenOnlyWhatIsKeptOrWhatMattersDiffers()
    {
        Assert.Equal(Keys(Mix), Keys(Mix with { Evaluation = Mix.Evaluation with { TestSamples = 7 } }));
        Assert.Equal(Keys(Mix), Keys(Mix with { Tasks = [.. Mix.Tasks.Select(task => task with { SmallestDifference = 2 })] }));
        // What the hash of this spec was before those fields were there: baselines of older runs are still found.
        Assert.Equal("sha256:e2d49d330fcb8acac316e48e209da800ca9220434f59a50e32c60488978c3392", SpecIdentity.Hash(Mix));
    }

    private static string[] Keys(RunSpec mix) => [.. BaselinePlanner.For(mix).Select(SpecIdentity.Hash)];

    [Fact]
    public void For_NamesTheShare_WhenATargetIsNeverDrawn()
    {
        var mix = Mix with { Sampler = new("explicit"), Tasks = [.. Mix.Tasks.Select(task => task with { Share = task.Name == "a" ? 1 : 0 })] };
        var error = Assert.Single(Assert.Throws<InvalidInputException>(() => BaselinePlanner.For(mix)).Errors);
        Assert.Equal("tasks[1].share", error.Field);
        Assert.Contains("\"b\" has share 0", error.Message);
        Assert.Empty(BaselinePlanner.Check(mix with { Sampler = new("uniform") }));
    }
}
