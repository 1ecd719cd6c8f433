namespace MtlStudio.Core.Metrics;

/// <summary>The metrics by their catalog names. A new metric is one file and one line here.</summary>
public static class MetricRegistry
{
    private static readonly Dictionary<string, IMetric> ByName = new IMetric[]
    {
        new MeanMetric("accuracy", Accuracy.Score, guessable: true),
        new MeanMetric("accuracy-norm", example => Accuracy.Score(example.OutputByLength ?? example.Output, example.References), guessable: true),
        new LabelMetric("f1-macro", LabelF1.Macro),
        new LabelMetric("f1-micro", LabelF1.Micro),
        new LabelMetric("f1-weighted", LabelF1.Weighted),
        new MeanMetric("exact-match", ExactMatch.Score, guessable: true),
        new MeanMetric("squad-f1", SquadF1.Score),
        new CorpusMetric("bleu", Bleu.Counts, Bleu.Corpus, Bleu.Sentence),
        new CorpusMetric("chrf", Chrf.Best, Chrf.Score, Chrf.Score),
        new MeanMetric("rouge-1", Rouge.One),
        new MeanMetric("rouge-2", Rouge.Two),
        new MeanMetric("rouge-l", Rouge.L),
        new MeanMetric("number-match", NumberMatch.Score),
        new LabelMetric("balanced-accuracy", LabelAgreement.Balanced),
        new LabelMetric("mcc", LabelAgreement.Matthews, guess: 0),
        new MeanAveragePrecision(),
        new NumberMetric("pearson", "fraction", 1, 0, Correlation.Pearson, error => 1 / (1 + error)),
        new NumberMetric("spearman", "fraction", 1, 0, Correlation.Spearman, error => 1 / (1 + error)),
        new NumberMetric("rmse", "", 0, double.NaN, NumberErrors.Rmse, error => error),
        new NumberMetric("mae", "", 0, double.NaN, NumberErrors.Mae, error => error),
        new EntityF1(),
        new TagAccuracy(),
        new Perplexity(),
        new BitsPerByte(),
    }.ToDictionary(metric => metric.Name);

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    public static IMetric? Find(string name) => ByName.GetValueOrDefault(name);

    /// <exception cref="KeyNotFoundException">No such metric; validation has refused it before.</exception>
    public static IMetric Get(string name) => ByName[name];
}
