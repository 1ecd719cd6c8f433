namespace MtlStudio.Core.Metrics;

/// <summary>Sizes of errors, in the target's unit.</summary>
internal static class NumberErrors
{
    /// <summary>The root of the mean squared error.</summary>
    public static double Rmse(List<NumberPair> pairs) => Math.Sqrt(pairs.Sum(pair => (pair.Given - pair.Due) * (pair.Given - pair.Due) * pair.Times) / pairs.Sum(pair => pair.Times));

    /// <summary>The mean absolute error.</summary>
    public static double Mae(List<NumberPair> pairs) => pairs.Sum(pair => Math.Abs(pair.Given - pair.Due) * pair.Times) / pairs.Sum(pair => pair.Times);
}
