using MtlStudio.Training.Weighting;

namespace MtlStudio.Training.Loop;

/// <summary>The coefficients of the last weighing, by task, for steps that go by them.</summary>
public sealed record KeptCoefficients(IReadOnlyDictionary<string, double> ByTask)
{
    public static readonly KeptCoefficients None = new(new Dictionary<string, double>());

    /// <summary>Whether a step weighs anew: each n-th, and one with a task that has no coefficient yet.</summary>
    public bool IsDue(int step, int every, IReadOnlyList<string> tasks) => step % every == 0 || !tasks.All(ByTask.ContainsKey);

    /// <summary>The coefficients of these tasks; one without any gets an equal part of the policy's scale.</summary>
    public Weighing For(IReadOnlyList<string> tasks, IWeightingPolicy policy) =>
        new([.. tasks.Select(task => ByTask.TryGetValue(task, out var known) ? known : policy.NominalScale(tasks.Count) / tasks.Count)]);

    /// <summary>With the answer for a step's tasks; the others keep theirs.</summary>
    public KeptCoefficients With(IReadOnlyList<string> tasks, Weighing weighing)
    {
        var next = new Dictionary<string, double>(ByTask);
        for (var k = 0; k < tasks.Count; k++)
            if (!weighing.LeftOut.Contains(tasks[k])) next[tasks[k]] = weighing.Coefficients[k];
        return new(next);
    }
}
