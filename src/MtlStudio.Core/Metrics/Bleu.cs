namespace MtlStudio.Core.Metrics;

/// <summary>
/// BLEU (Papineni et al. 2002) as sacrebleu defines it (Post 2018): tokens 13a, orders 1 to 4, case kept, exponential
/// smoothing, reference length the closest (the shorter on ties). 0 to 100. Signature
/// <c>case:mixed|eff:no|tok:13a|smooth:exp</c>; for one example <c>eff:yes</c>, which leaves out orders the output is too short for.
/// </summary>
internal static class Bleu
{
    private const int Orders = 4;

    /// <summary>(10): matches by order, n-grams of the output by order, the lengths of output and reference.</summary>
    public static double[] Counts(string output, IReadOnlyList<string> references)
    {
        var statistics = new Statistics();
        statistics.Add(output, references);
        return [.. statistics.Matches, .. statistics.Totals, statistics.OutputLength, statistics.ReferenceLength];
    }

    /// <summary>The score of counts summed over a set.</summary>
    public static double Corpus(double[] counts) => Score(new Statistics(counts), effectiveOrder: false);

    /// <summary>The score of one example's counts.</summary>
    public static double Sentence(double[] counts) => Score(new Statistics(counts), effectiveOrder: true);

    internal static double Score(Statistics statistics, bool effectiveOrder)
    {
        if (statistics.Matches.All(count => count == 0)) return 0;
        var (logs, order, smoothing) = (0.0, Orders, 1.0);
        for (var n = 0; n < Orders; n++)
        {
            if (statistics.Totals[n] == 0)
            {
                if (!effectiveOrder) return 0; // an order without any n-gram has precision 0
                break;
            }
            if (effectiveOrder) order = n + 1;
            if (statistics.Matches[n] == 0) smoothing *= 2;
            logs += Math.Log(statistics.Matches[n] == 0 ? 1 / (smoothing * statistics.Totals[n]) : statistics.Matches[n] / statistics.Totals[n]);
        }
        return 100 * statistics.BrevityPenalty * Math.Exp(logs / order);
    }

    internal sealed class Statistics
    {
        public Statistics() { }

        public Statistics(double[] counts)
        {
            counts.AsSpan(0, Orders).CopyTo(Matches);
            counts.AsSpan(Orders, Orders).CopyTo(Totals);
            (OutputLength, ReferenceLength) = (counts[2 * Orders], counts[2 * Orders + 1]);
        }

        /// <summary>(4): n-grams shared with a reference, by order.</summary>
        public double[] Matches { get; } = new double[Orders];
        /// <summary>(4): n-grams of the outputs, by order.</summary>
        public double[] Totals { get; } = new double[Orders];
        public double OutputLength { get; private set; }
        public double ReferenceLength { get; private set; }

        public double BrevityPenalty => OutputLength >= ReferenceLength ? 1
            : OutputLength == 0 ? 0
            : Math.Exp(1 - ReferenceLength / OutputLength);

        public void Add(string output, IReadOnlyList<string> references)
        {
            var tokens = Tokenizer13a.Tokenize(output);
            List<string>[] right = [.. references.DefaultIfEmpty("").Select(Tokenizer13a.Tokenize)];
            OutputLength += tokens.Count;
            ReferenceLength += right.Select(words => words.Count).OrderBy(length => (Math.Abs(length - tokens.Count), length)).First();
            for (var n = 1; n <= Orders; n++)
            {
                var most = new Dictionary<string, int>();
                foreach (var words in right)
                    foreach (var (gram, count) in NGrams.Count(words, n))
                        most[gram] = Math.Max(count, most.GetValueOrDefault(gram));
                Matches[n - 1] += NGrams.Overlap(NGrams.Count(tokens, n), most);
                Totals[n - 1] += Math.Max(0, tokens.Count - n + 1);
            }
        }
    }
}
