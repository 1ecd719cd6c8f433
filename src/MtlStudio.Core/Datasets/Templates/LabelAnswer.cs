namespace MtlStudio.Core.Datasets;

/// <summary>Examples whose answer is a label, or a set of them.</summary>
internal static class LabelAnswer
{
    /// <summary>What stands between the labels of a set where people read them.</summary>
    private const string Between = ", ";

    public static RenderedExample OfOne(PromptTemplate template, Row row)
    {
        var rendered = template.Render(row);
        var label = rendered.Answer.Trim();
        return rendered with { Answer = label, References = [label], Labels = [label] };
    }

    /// <summary>Each label once, in the row's order; none is a set as well.</summary>
    public static RenderedExample OfSeveral(PromptTemplate template, Row row, string separator)
    {
        string[] labels = [.. template.Answers(row, separator).Select(label => label.Trim()).Where(label => label.Length > 0).Distinct()];
        var text = Join(labels);
        return new RenderedExample(template.Render(row, promptOnly: true), text, [text]) { Labels = labels };
    }

    /// <summary>A set of labels as people read it.</summary>
    public static string Join(IEnumerable<string> labels) => string.Join(Between, labels);
}
