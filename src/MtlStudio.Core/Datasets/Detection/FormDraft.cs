namespace MtlStudio.Core.Datasets.Detection;

/// <summary>What a form makes of a table. The roles stand in the table's columns.</summary>
internal sealed record FormDraft(TaskForm Form, Confidence Confidence, IReadOnlyList<string> Reasons)
{
    /// <summary>One of <see cref="Runs.TaskKinds"/>; null: no task can be made of it yet.</summary>
    public string? Kind { get; init; }
    public string Prompt { get; init; } = "";
    public string Answer { get; init; } = "";
    public IReadOnlyList<string> Metrics { get; init; } = [];
    public string? MetricReason { get; init; }
    /// <summary>Of a multiple choice: a template for each choice, and what the answer says of the right one.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];
    public string AnswerIs { get; init; } = "text";
    /// <summary>The ends of a regression's scale.</summary>
    public double? Minimum { get; init; }
    public double? Maximum { get; init; }
    /// <summary>The column of a classification's labels, or of sets of labels.</summary>
    public Column? Label { get; init; }
    /// <summary>What the labels are called in the answer, by their raw values; empty: themselves.</summary>
    public IReadOnlyDictionary<string, string> LabelWords { get; init; } = new Dictionary<string, string>();
    /// <summary>Of a list of label names: these, in its order. Of a classification: the list that named its labels.</summary>
    public IReadOnlyList<string> LabelNames { get; init; } = [];
    /// <summary>What can be done where no task is made of it.</summary>
    public string? Later { get; init; }
    /// <summary>A name for the dataset where its files have none.</summary>
    public string Name { get; init; } = "";
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
