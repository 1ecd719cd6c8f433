namespace MtlStudio.Core.Datasets.Detection;

/// <summary>What the rows of a dataset are examples of.</summary>
public enum TaskForm
{
    /// <summary>A text and its one label.</summary>
    Classification,
    /// <summary>Two texts and the label of what holds between them.</summary>
    PairClassification,
    /// <summary>A text and any number of its labels.</summary>
    MultiLabel,
    /// <summary>A beginning or question, several choices, and which of them is right.</summary>
    MultipleChoice,
    Translation,
    Summarization,
    /// <summary>A question and its answer, with or without a paragraph to look in.</summary>
    QuestionAnswering,
    /// <summary>A question whose answer ends with "#### number".</summary>
    Math,
    /// <summary>Fields and values put into a sentence.</summary>
    DataToText,
    Definition,
    Instruction,
    /// <summary>Some text in, some text out.</summary>
    Generation,
    LanguageModeling,
    /// <summary>One or two texts and a number on a scale.</summary>
    Regression,
    /// <summary>A tag for each word, or marked spans.</summary>
    Tagging,
    /// <summary>Two texts of which one is the better.</summary>
    Preference,
    /// <summary>Lists of records inside records.</summary>
    Nested,
    /// <summary>A list of names, such as the labels of another file.</summary>
    LabelNames,
    /// <summary>A note, a licence or a description: nothing to learn from.</summary>
    Document,
    /// <summary>Rows without anything that could be learnt from the rest.</summary>
    Unknown,
}

/// <summary>How much stands behind a guess.</summary>
public enum Confidence
{
    /// <summary>One of several readings.</summary>
    Guess,
    /// <summary>The values speak for it.</summary>
    Likely,
    /// <summary>Names and values speak for it.</summary>
    Sure,
}

public enum ColumnRole
{
    /// <summary>What the model reads.</summary>
    Text,
    /// <summary>The second of two texts that belong together.</summary>
    SecondText,
    Question,
    Context,
    Instruction,
    Choice,
    /// <summary>What the model shall write.</summary>
    Target,
    /// <summary>One of few values, to be told from the text.</summary>
    Label,
    Score,
    Tokens,
    Tags,
    Id,
    /// <summary>Not used.</summary>
    Other,
    /// <summary>Without any value.</summary>
    Empty,
}

/// <summary>Words for people.</summary>
public static class TaskForms
{
    public static string Title(TaskForm form) => form switch
    {
        TaskForm.PairClassification => "classification of pairs",
        TaskForm.MultiLabel => "several labels a text",
        TaskForm.MultipleChoice => "multiple choice",
        TaskForm.QuestionAnswering => "question answering",
        TaskForm.Math => "maths with worked answers",
        TaskForm.DataToText => "data to text",
        TaskForm.Instruction => "instructions",
        TaskForm.Generation => "text to text",
        TaskForm.LanguageModeling => "language modeling",
        TaskForm.Regression => "regression",
        TaskForm.Tagging => "tagging of words or spans",
        TaskForm.Preference => "preferred texts",
        TaskForm.Nested => "nested records",
        TaskForm.LabelNames => "label names",
        TaskForm.Unknown => "no task found",
        _ => form.ToString().ToLowerInvariant(),
    };
}
