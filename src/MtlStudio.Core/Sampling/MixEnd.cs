namespace MtlStudio.Core.Sampling;

/// <summary>When a run has drawn enough.</summary>
public enum EndRule { Steps, FirstExhausted, AllExhausted }

/// <summary>A task is exhausted once as many examples were drawn as it has; one that is never drawn does not count.</summary>
public static class MixEnd
{
    public static EndRule Parse(string name) => name switch { "first-exhausted" => EndRule.FirstExhausted, "all-exhausted" => EndRule.AllExhausted, _ => EndRule.Steps };

    /// <param name="drawn">(K): examples drawn so far.</param>
    /// <param name="sizes">(K): examples there are.</param>
    /// <param name="live">(K): whether the task takes part.</param>
    public static bool IsReached(EndRule rule, IReadOnlyList<long> drawn, IReadOnlyList<int> sizes, IReadOnlyList<bool> live)
    {
        var exhausted = Enumerable.Range(0, sizes.Count).Where(k => live[k]).Select(k => drawn[k] >= sizes[k]);
        return rule switch { EndRule.FirstExhausted => exhausted.Any(done => done), EndRule.AllExhausted => exhausted.All(done => done), _ => false };
    }
}
