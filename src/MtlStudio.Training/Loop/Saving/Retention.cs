using MtlStudio.Core.Runs;

namespace MtlStudio.Training.Loop;

/// <summary>Which checkpoints stay: the last n, and the best by each task's primary metric and by the unified score.</summary>
public static class Retention
{
    /// <summary>The key of the unified score among a checkpoint's scores.</summary>
    public const string Unified = "";

    /// <summary>Why each checkpoint is kept, by step; a step that is absent goes.</summary>
    public static IReadOnlyDictionary<int, IReadOnlyList<string>> Keeps(IReadOnlyList<KeptCheckpoint> all, CheckpointSpec spec)
    {
        var reasons = new SortedDictionary<int, List<string>>();
        void Keep(int step, string reason)
        {
            if (!reasons.TryGetValue(step, out var list)) reasons[step] = list = [];
            list.Add(reason);
        }
        foreach (var last in all.OrderByDescending(checkpoint => checkpoint.Step).Take(spec.KeepLast)) Keep(last.Step, "last");
        if (spec.KeepBest)
            foreach (var key in all.SelectMany(checkpoint => checkpoint.Scores.Keys).Distinct().Order(StringComparer.Ordinal))
                Keep(Best(all, key)!.Step, key == Unified ? "best" : $"best:{key}");
        return reasons.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)pair.Value);
    }

    /// <summary>The checkpoint with the highest score of that key, the earliest among equals; null where none has it.</summary>
    public static KeptCheckpoint? Best(IReadOnlyList<KeptCheckpoint> all, string key) =>
        all.Where(checkpoint => checkpoint.Scores.ContainsKey(key)).OrderBy(checkpoint => checkpoint.Step).MaxBy(checkpoint => checkpoint.Scores[key]);
}
