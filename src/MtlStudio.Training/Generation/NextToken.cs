namespace MtlStudio.Training.Generation;

/// <summary>From logits to the next token, on the host: transformers' order of repetition penalty, temperature, top k, top p, min p.</summary>
public static class NextToken
{
    /// <summary>Changes the logits of tokens already <paramref name="seen"/>, each once.</summary>
    public static void Penalize(Span<float> logits, IEnumerable<int> seen, double penalty)
    {
        if (penalty == 1) return;
        foreach (var token in seen.Distinct())
            logits[token] = (float)(logits[token] < 0 ? logits[token] * penalty : logits[token] / penalty);
    }

    /// <summary>The probabilities sampling draws from: 0 for tokens that are not kept, together 1.</summary>
    /// <param name="logits">After the penalty, one for each token of the vocabulary.</param>
    /// <param name="options">Temperature and what is kept.</param>
    public static double[] Distribution(ReadOnlySpan<float> logits, DecodingOptions options)
    {
        var probabilities = new double[logits.Length];
        var largest = double.NegativeInfinity;
        foreach (var logit in logits) largest = Math.Max(largest, logit);
        if (!double.IsFinite(largest)) throw new ArithmeticException("the logits are not finite: the model has diverged");
        for (var i = 0; i < logits.Length; i++) probabilities[i] = Math.Exp((logits[i] - largest) / options.Temperature);
        if (options.TopK > 0 && options.TopK < logits.Length) KeepTopK(probabilities, options.TopK);
        Normalize(probabilities);
        if (options.TopP < 1) KeepTopP(probabilities, options.TopP);
        if (options.MinP > 0) KeepMinP(probabilities, options.MinP);
        Normalize(probabilities);
        return probabilities;
    }

    /// <summary>The token at the share <paramref name="uniform"/>, in [0, 1), of the probabilities laid one after another.</summary>
    public static int Draw(ReadOnlySpan<double> probabilities, double uniform)
    {
        var (sum, last) = (0.0, 0);
        for (var i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] == 0) continue;
            (sum, last) = (sum + probabilities[i], i);
            if (uniform < sum) return i;
        }
        return last; // rounding left the sum short of 1
    }

    private static void KeepTopK(double[] probabilities, int k)
    {
        var sorted = (double[])probabilities.Clone();
        Array.Sort(sorted);
        var threshold = sorted[^k];
        for (var i = 0; i < probabilities.Length; i++) if (probabilities[i] < threshold) probabilities[i] = 0;
    }

    private static void KeepTopP(double[] probabilities, double p)
    {
        var order = Enumerable.Range(0, probabilities.Length).Where(i => probabilities[i] > 0).ToArray();
        Array.Sort(order, (a, b) => probabilities[a] != probabilities[b] ? probabilities[b].CompareTo(probabilities[a]) : a.CompareTo(b));
        var before = 0.0;
        foreach (var i in order)
        {
            var own = probabilities[i];
            if (before >= p) probabilities[i] = 0;
            before += own;
        }
    }

    private static void KeepMinP(double[] probabilities, double share)
    {
        var threshold = share * probabilities.Max();
        for (var i = 0; i < probabilities.Length; i++) if (probabilities[i] < threshold) probabilities[i] = 0;
    }

    private static void Normalize(double[] probabilities)
    {
        var sum = probabilities.Sum();
        for (var i = 0; i < probabilities.Length; i++) probabilities[i] /= sum;
    }
}
