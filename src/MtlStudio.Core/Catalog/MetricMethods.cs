namespace MtlStudio.Core.Catalog;

internal static class MetricMethods
{
    private static readonly string[] Both = ["generation", "classification"], Texts = ["generation", "language-modeling"];
    private static readonly string[] Labels = ["classification", "classification-head", "multi-label"], OneLabel = ["classification", "classification-head"];
    private static readonly string[] Numbers = ["regression"], Tags = ["token-tagging"];
    private static readonly string[] Generation = ["generation"];

    public static readonly MethodDescriptor[] All =
    [
        Metric("accuracy", "Accuracy", "Share of examples whose label (or whole answer) is right.", [.. Both, "multiple-choice", "classification-head", "multi-label"], "Right answers by the first reference, after trimming."),
        Metric("accuracy-norm", "Accuracy, by length", "Share of examples whose right choice is the likeliest a character: long choices are not put at a disadvantage.", ["multiple-choice"], "lm-evaluation-harness acc_norm"),
        Metric("f1-macro", "F1, macro", "Mean over the labels of each label's F1: rare labels count as much as frequent ones.", Labels, "scikit-learn f1_score(average=\"macro\"), zero_division 0"),
        Metric("f1-micro", "F1, micro", "F1 over all decisions together.", Labels, "scikit-learn f1_score(average=\"micro\")"),
        Metric("f1-weighted", "F1, weighted", "Mean of the labels' F1, weighed by how often each occurs.", Labels, "scikit-learn f1_score(average=\"weighted\")"),
        Metric("exact-match", "Exact match", "Share of outputs equal to a reference after SQuAD's normalization.", Both, "Rajpurkar et al. 2016: SQuAD"),
        Metric("squad-f1", "Token F1", "Overlap of the output's words with the best reference's, after SQuAD's normalization.", Generation, "Rajpurkar et al. 2016: SQuAD"),
        Metric("bleu", "BLEU", "Overlap of one- to four-word sequences with the references, over all examples together.", Generation, "Papineni et al. 2002; sacrebleu (13a, exp)"),
        Metric("chrf", "chrF", "Overlap of character sequences; kinder to rich word forms than BLEU.", Generation, "Popović 2015; sacrebleu"),
        Metric("rouge-1", "ROUGE-1", "Overlap of single words with the reference.", Generation, "Lin 2004; rouge_score with stemming"),
        Metric("rouge-2", "ROUGE-2", "Overlap of word pairs with the reference.", Generation, "Lin 2004; rouge_score with stemming"),
        Metric("rouge-l", "ROUGE-L", "Longest common subsequence of words with the reference.", Generation, "Lin 2004; rouge_score with stemming"),
        Metric("number-match", "Number", "Share of outputs whose last number (after #### where present) has the reference's value.", Generation, "Cobbe et al. 2021: GSM8K"),
        Metric("balanced-accuracy", "Balanced accuracy", "Mean over the labels of the share of each that is found: always saying the most frequent one scores as guessing does.", OneLabel, "scikit-learn balanced_accuracy_score"),
        Metric("mcc", "MCC", "Correlation of labels given with labels due, from −1 to 1; 0 is guessing, however uneven the labels are.", OneLabel, "Matthews 1975; Gorodkin 2004"),
        Metric("mean-average-precision", "Mean average precision", "How well each label's probability ranks the examples that have it, averaged over the labels; needs no threshold.", ["multi-label"], "scikit-learn average_precision_score(average=\"macro\"), labels that never occur left out"),
        Metric("pearson", "Pearson", "Linear correlation of the numbers given with those due, from −1 to 1.", Numbers, "Pearson 1895; scipy.stats.pearsonr"),
        Metric("spearman", "Spearman", "Correlation of their ranks: whether the order is right.", Numbers, "Spearman 1904; scipy.stats.spearmanr"),
        Metric("rmse", "RMSE", "Root of the mean squared error, in the target's own unit: large errors count most.", Numbers, "scikit-learn root_mean_squared_error") with { HigherIsBetter = false },
        Metric("mae", "MAE", "Mean absolute error, in the target's own unit.", Numbers, "scikit-learn mean_absolute_error") with { HigherIsBetter = false },
        Metric("entity-f1", "Entity F1", "F1 of whole marked stretches: right where type, beginning and end are.", Tags, "seqeval; BILOU and IOBES strictly"),
        Metric("tag-accuracy", "Tag accuracy", "Share of words with the right tag; words outside of everything are most of them.", Tags, "seqeval accuracy_score"),
        Metric("perplexity", "Perplexity", "How many tokens the model hesitates between on average: exp of the mean loss of a reference's token. Compare only under one tokenizer.", Texts, "Jelinek et al. 1977") with { HigherIsBetter = false },
        Metric("bits-per-byte", "Bits per byte", "How many bits the model needs for a byte of text: comparable between tokenizers.", Texts, "lm-evaluation-harness bits_per_byte") with { HigherIsBetter = false },
    ];

    private static MethodDescriptor Metric(string name, string title, string summary, string[] kinds, string paper) => new()
    {
        Kind = MethodKind.Metric, Name = name, Title = title, Summary = summary, Helps = "", Paper = paper,
        HigherIsBetter = true, TaskKinds = kinds,
    };

    /// <summary>What a task of a kind is scored by where its spec names no metrics.</summary>
    public static IReadOnlyList<string> DefaultsFor(string taskKind) => taskKind switch
    {
        "classification" => ["accuracy", "f1-macro"],
        "classification-head" => ["accuracy", "f1-macro"],
        "multi-label" => ["f1-micro", "f1-macro", "mean-average-precision"],
        "regression" => ["pearson", "spearman", "rmse"],
        "token-tagging" => ["entity-f1", "tag-accuracy"],
        "multiple-choice" => ["accuracy", "accuracy-norm"],
        "language-modeling" => ["bits-per-byte", "perplexity"],
        _ => ["exact-match", "rouge-l"],
    };
}
