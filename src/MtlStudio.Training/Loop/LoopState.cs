using MtlStudio.Training.Regularization;
using MtlStudio.Training.Sampling;

namespace MtlStudio.Training.Loop;

/// <summary>Where the loop stands, beside weights, optimizer and policy: all of it goes into a checkpoint.</summary>
public sealed record LoopState
{
    /// <summary>Steps done; the next step's number from 0.</summary>
    public int Step { get; init; }
    /// <summary>The step of the last finished validation; −1: none yet.</summary>
    public int EvaluatedAt { get; init; } = -1;
    /// <summary>The untuned model's test scores are recorded.</summary>
    public bool UntunedTested { get; init; }
    /// <summary>The step at which the examples' losses were last measured for the curriculum; −1: never.</summary>
    public int RankedAt { get; init; } = -1;
    /// <summary>What validation has shown so far.</summary>
    public WatchState Watch { get; init; } = new();
    public SamplerState Sampler { get; init; } = new();
    /// <summary>Examples trained on so far, by task.</summary>
    public IReadOnlyDictionary<string, long> Examples { get; init; } = new Dictionary<string, long>();
    /// <summary>Trained tokens so far, by task.</summary>
    public IReadOnlyDictionary<string, long> Tokens { get; init; } = new Dictionary<string, long>();
    /// <summary>Examples that go through the model at once since memory ran out for more; null: whole micro-batches.</summary>
    public int? MicroBatchLimit { get; init; }
    /// <summary>Records of the system series so far.</summary>
    public long SystemRecords { get; init; }

    /// <summary>The state after a step; <paramref name="result"/> is null where a baseline had nothing to train in it.</summary>
    public LoopState After(SamplerState sampler, StepResult? result, IReadOnlyList<string> tasks) => this with
    {
        Step = Step + 1,
        Sampler = sampler,
        MicroBatchLimit = result?.MicroBatchLimit ?? MicroBatchLimit,
        Watch = result is { Stepped: true } ? OverfitWatch.After(Watch, result, tasks) : Watch,
        Examples = Add(Examples, result, result?.Examples, tasks),
        Tokens = Add(Tokens, result, result?.Tokens, tasks),
    };

    private static IReadOnlyDictionary<string, long> Add(IReadOnlyDictionary<string, long> sums, StepResult? result, IReadOnlyList<int>? counts, IReadOnlyList<string> tasks)
    {
        if (result is null || !result.Stepped) return sums;
        var next = new Dictionary<string, long>(sums);
        for (var slot = 0; slot < result.Present.Count; slot++)
        {
            var task = tasks[result.Present[slot]];
            next[task] = next.GetValueOrDefault(task) + counts![slot];
        }
        return next;
    }
}
