namespace MtlStudio.Training.Loop;

/// <summary>
/// What of a step's gradients is private to tasks or groups of them, by slot: inner products of tasks of one owner, and
/// the factors of the final direction. Nothing of it enters the policies' Gram matrix.
/// </summary>
internal sealed class OwnParts
{
    private readonly PrivatePart?[] parts; // by slot
    private readonly double[,] gram;
    private double[] held;

    private OwnParts(PrivatePart?[] parts) =>
        (this.parts, gram, held, Factors) = (parts, new double[parts.Length, parts.Length], [.. parts.Select(_ => 1.0)], [.. parts.Select(part => (part, 0.0))]);

    public bool Any { get; private init; }

    /// <summary>By slot, for <see cref="GradientRows.Combine"/>.</summary>
    public (PrivatePart? Part, double Factor)[] Factors { get; private set; }

    /// <summary>Of the tasks present; the other owners' segments rest in this step.</summary>
    /// <param name="together">The tasks share one row, in which each part has its own place: nothing is weighed apart.</param>
    public static OwnParts Of(FlatParameters parameters, IReadOnlyList<string> tasks, bool together = false)
    {
        if (parameters.Private.Count > 0) parameters.SetPresent(tasks);
        return new([.. tasks.Select(task => together ? null : parameters.PrivateOf(task))]) { Any = parameters.Private.Count > 0 && !together };
    }

    /// <summary>Takes the products of all pairs of slots, row by row; those of different owners mean nothing.</summary>
    public void Take(ReadOnlySpan<double> products)
    {
        for (var i = 0; i < parts.Length; i++)
            for (var j = 0; j < parts.Length; j++)
                gram[i, j] = parts[i] is not null && parts[i] == parts[j] ? products[i * parts.Length + j] : 0;
    }

    /// <summary>The shared Gram matrix with the private squared norms on its diagonal: for norms and finiteness of whole task gradients.</summary>
    public double[,] Total(double[,] shared)
    {
        if (!Any) return shared;
        var total = (double[,])shared.Clone();
        for (var i = 0; i < parts.Length; i++) total[i, i] += gram[i, i];
        return total;
    }

    /// <summary>Takes what each task's gradient is clipped by before the policy.</summary>
    public OwnParts Held(double[] factors)
    {
        held = factors;
        return this;
    }

    /// <summary>‖Σ βᵢ gᵢ‖² over the private segments.</summary>
    public double SquaredNorm(double[] beta)
    {
        if (!Any) return 0;
        var squared = 0.0;
        for (var i = 0; i < parts.Length; i++)
            for (var j = 0; j < parts.Length; j++)
                if (beta[i] != 0 && beta[j] != 0) squared += beta[i] * held[i] * beta[j] * held[j] * gram[i, j];
        return squared;
    }

    /// <summary>What an optimizer without clipping would step each part by, under a policy on gradients; 0 where the slot takes no part.</summary>
    public IReadOnlyList<(PrivatePart? Part, double Factor)> Unscaled(Func<int, bool> takesPart) => Any ? [.. parts.Select((part, slot) => (part, takesPart(slot) ? held[slot] : 0))] : [];

    public void Scale(double[] beta, double clip)
    {
        if (Any) Factors = [.. parts.Select((part, slot) => (part, beta[slot] * held[slot] * clip))];
    }
}
