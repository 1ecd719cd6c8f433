namespace MtlStudio.Core.Analysis;

/// <summary>How sure it is that training together costs a task.</summary>
public enum Transfer
{
    /// <summary>Nothing says so.</summary>
    None,
    /// <summary>The task is hurt, under fewer than three seeds or not under each: other draws may say otherwise.</summary>
    Suspected,
    /// <summary>Hurt, with one sign under at least three seeds.</summary>
    Negative,
}

/// <summary>Tells suspected from shown negative transfer; only against single-task baselines that saw the same examples.</summary>
public static class Transfers
{
    /// <summary>Seeds that must agree.</summary>
    public const int SeedsToAgree = 3;

    /// <param name="deltaBySeed">(seeds): score − baseline.</param>
    public static Transfer Of(Verdict verdict, IReadOnlyList<double> deltaBySeed, bool higherIsBetter) =>
        verdict != Verdict.Hurt ? Transfer.None
        : deltaBySeed.Count >= SeedsToAgree && deltaBySeed.All(delta => higherIsBetter ? delta < 0 : delta > 0) ? Transfer.Negative
        : Transfer.Suspected;
}
