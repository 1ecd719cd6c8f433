using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;

namespace MtlStudio.Training.Tests.Loop;

/// <summary>Every method of the loop's catalog: trained, killed at a step, resumed, and held against the undisturbed run bit for bit.</summary>
public sealed class ResumeWalkTests
{
    private sealed class Killed : Exception;

    /// <summary>Names, for a readable list of tests; the specs come from <see cref="SpecOf"/>.</summary>
    public static TheoryData<string> Kinds =>
    [
        .. MethodCatalog.OfKind(MethodKind.Optimizer).Select(method => $"optimizer {method.Name}"),
        .. MethodCatalog.OfKind(MethodKind.Schedule).Select(method => $"schedule {method.Name}"),
        .. MethodCatalog.OfKind(MethodKind.Sampler).Select(method => $"sampler {method.Name}"),
        .. MethodCatalog.OfKind(MethodKind.Policy).Select(method => $"policy {method.Name}"),
        .. MethodCatalog.OfKind(MethodKind.Curriculum).Select(method => $"curriculum {method.Name}"),
        .. Others.Keys,
    ];

    private static readonly Dictionary<string, Func<RunSpec, RunSpec>> Others = new()
    {
        ["average of weights"] = spec => spec with { Regularization = new() { EmaDecay = 0.95 } },
        ["average of weights, adamw-8bit"] = spec => spec with { Optimizer = new("adamw-8bit"), Regularization = new() { EmaDecay = 0.95, EmaWarmUp = false } },
        ["pull to the start"] = spec => spec with { Regularization = new() { L2Start = 0.1 } },
        ["loss curriculum"] = spec => spec with { Curriculum = new("root") { Options = ToyRun.Options(("difficulty", "loss"), ("anti", true)) } },
        ["strata"] = spec => spec with { Tasks = [spec.Tasks[0] with { Stratify = "label" }, spec.Tasks[1] with { Stratify = "label", Balance = true }, spec.Tasks[2] with { Stratify = "length" }] },
        ["windows"] = spec => spec with { Tasks = [spec.Tasks[0] with { EndStep = 15 }, spec.Tasks[1] with { StartStep = 4 }, spec.Tasks[2] with { StartStep = 10, EndStep = 20 }] },
        ["packed rows"] = spec => spec with { Training = spec.Training with { Batching = "packed" } },
        ["batches of like length"] = spec => spec with { Training = spec.Training with { Batching = "by-length" } },
        ["until every task is exhausted"] = spec => spec with { Training = spec.Training with { Until = "all-exhausted", MicroBatch = 2 } },
        ["early stopping"] = spec => spec with { Regularization = new() { Patience = 4, TaskPatience = 2, SmallestGain = 0.1 }, Evaluation = new() { Every = 3 } },
        ["weighed every 4 steps"] = spec => spec with { Weighting = new() { Name = "pcgrad", Every = 4 } },
        ["sketch, second pass"] = spec => spec with { Weighting = new() { Name = "mgda", Gradients = "sketch", SketchSize = 16, Every = 3 } },
        ["sketch, last coefficients"] = spec => spec with { Weighting = new() { Name = "nash-mtl", Gradients = "sketch", SketchSize = 16, Direction = "last" } },
        ["every clip"] = spec => spec with { Training = spec.Training with { ClipNorm = 0.5, ClipValue = 0.05, ClipTaskNorm = 0.3 } },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Run_GoesOnBitForBit_WhateverMethodItUses(string kind)
    {
        var spec = SpecOf(kind);
        var killAt = 7 + kind.Sum(letter => letter) % 5; // after the checkpoint of 6
        using var undisturbed = new ToyRun();
        using var killed = new ToyRun { AtStep = (step, _) => { if (step == killAt) throw new Killed(); } };
        var (_, values) = undisturbed.Run(spec);
        Assert.All(values, value => Assert.True(float.IsFinite(value)));
        Assert.Throws<Killed>(() => killed.Run(spec));
        killed.AtStep = null;
        Assert.Equal(values, killed.Run(spec).Values);
        Assert.Equal(undisturbed.Curve(), killed.Curve());
    }

    private static RunSpec SpecOf(string kind)
    {
        var spec = ToyRun.Spec();
        if (Others.TryGetValue(kind, out var change)) return change(spec);
        var choice = new MethodChoice(kind.Split(' ', 2)[1]);
        return kind.Split(' ')[0] switch
        {
            "optimizer" => spec with { Optimizer = choice },
            "schedule" => spec with { Schedule = choice with { Options = ToyRun.Options(("warmupSteps", 3)) } },
            "policy" => spec with { Weighting = new() { Name = choice.Name, Options = choice.Name switch { "coba" => ToyRun.Options(("warmup", 4), ("history", 6)), "dwa" or "gradnorm" => ToyRun.Options(("window", 2)), "stch" => ToyRun.Options(("steps_per_window", 2)), _ => choice.Options } } },
            "curriculum" => spec with { Curriculum = choice with { Options = kind.EndsWith("self-paced") ? ToyRun.Options(("every", 5)) : [] } },
            _ => spec with { Sampler = choice },
        };
    }
}
