namespace MtlStudio.Core.Runs;

/// <summary>The kinds of <see cref="TaskSpec.Kind"/>.</summary>
public static class TaskKinds
{
    public const string Generation = "generation";
    public const string Classification = "classification";
    public const string MultipleChoice = "multiple-choice";
    public const string LanguageModeling = "language-modeling";
    public const string HeadClassification = "classification-head";
    public const string MultiLabel = "multi-label";
    public const string Regression = "regression";
    public const string Tagging = "token-tagging";

    public static IReadOnlyList<string> All { get; } = [Generation, Classification, MultipleChoice, LanguageModeling, HeadClassification, MultiLabel, Regression, Tagging];

    /// <summary>The kinds that answer by an output head of their own over the hidden states, instead of by text.</summary>
    public static bool HasHead(string kind) => kind is HeadClassification or MultiLabel or Regression or Tagging;

    /// <summary>The kinds whose answers are labels of a fixed list.</summary>
    public static bool HasLabels(string kind) => kind is Classification or HeadClassification or MultiLabel or Tagging;

    /// <summary>What a form calls a kind.</summary>
    public static string Title(string kind) => kind switch
    {
        Classification => "Classification (by likelihood)",
        HeadClassification => "Classification (by a head)",
        MultiLabel => "Several labels (by a head)",
        MultipleChoice => "Multiple choice",
        LanguageModeling => "Language modeling",
        Regression => "Regression",
        Tagging => "Token tagging",
        Generation => "Generation",
        _ => kind,
    };

    /// <summary>What the loss of a task is counted in: cross entropies in nats, the loss of a number in its square.</summary>
    public static string LossUnit(string kind) => kind == Regression ? "squared error" : "nats";
}
