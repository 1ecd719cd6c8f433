namespace MtlStudio.Core.Estimates;

/// <summary>What a pass of an evaluation holds at most: the trainer goes by it, and the estimate counts with it.</summary>
public static class EvaluationLimits
{
    /// <summary>Columns of a pass, padding included; one example alone may have more.</summary>
    public const int TokensPerPass = 8192;
    /// <summary>Logits that are computed at once (64 MiB in float32); their log-softmax stands beside them.</summary>
    public const long LogitsAtOnce = 1 << 24;
    /// <summary>Texts that are written beside each other.</summary>
    public const int TextsAtOnce = 32;
}
