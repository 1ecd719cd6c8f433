namespace MtlStudio.Core.Sampling;

/// <summary>What the bandit remembers.</summary>
public sealed record Exp3State
{
    /// <summary>Importance-weighted sums of rewards, by task; absent: 0.</summary>
    public IReadOnlyDictionary<string, double> Rewards { get; init; } = new Dictionary<string, double>();
    /// <summary>Rewards taken in.</summary>
    public int Updates { get; init; }
}

/// <summary>
/// Online data mixing (Albalak et al. 2023) by Exp3 (Auer et al. 2002): a task whose loss is high is drawn more.
/// π = (1 − Kε)·softmax(ε′R̂) + ε with ε = min(1/K, √(ln K/(K t))) and ε′ that of the update before; R̂ grows by the reward
/// (loss / 10) over the probability the task was drawn with.
/// </summary>
public static class Exp3
{
    /// <summary>A loss of so many nats is a reward of 1.</summary>
    public const double LossOfReward = 10;

    /// <summary>(K), sum 1: the probabilities of the next draw.</summary>
    public static double[] Shares(Exp3State state, IReadOnlyList<string> tasks)
    {
        var k = tasks.Count;
        if (state.Updates == 0) return [.. tasks.Select(_ => 1.0 / k)];
        var (before, now) = (Exploration(k, state.Updates - 1), Exploration(k, state.Updates));
        var scaled = tasks.Select(task => state.Rewards.GetValueOrDefault(task) * before).ToArray();
        var largest = scaled.Max();
        var sum = scaled.Sum(value => Math.Exp(value - largest));
        return [.. scaled.Select(value => (1 - k * now) * Math.Exp(value - largest) / sum + now)];
    }

    /// <summary>The state after one draw of a task; a loss that is not finite teaches nothing.</summary>
    /// <param name="probability">With which the task was drawn.</param>
    /// <param name="loss">Its mean loss, nats a token.</param>
    public static Exp3State Update(Exp3State state, string task, double probability, double loss)
    {
        if (!double.IsFinite(loss)) return state;
        var rewards = new Dictionary<string, double>(state.Rewards);
        rewards[task] = rewards.GetValueOrDefault(task) + loss / LossOfReward / probability;
        return new() { Rewards = rewards, Updates = state.Updates + 1 };
    }

    private static double Exploration(int k, int t) => t == 0 ? 1.0 / k : Math.Min(1.0 / k, Math.Sqrt(Math.Log(k) / (k * (double)t)));
}
