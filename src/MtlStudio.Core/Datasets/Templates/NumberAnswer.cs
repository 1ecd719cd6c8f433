using System.Globalization;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>Examples whose answer is a number.</summary>
internal static class NumberAnswer
{
    /// <param name="field">The answer template's path.</param>
    /// <exception cref="InvalidInputException">The answer is no finite number.</exception>
    public static RenderedExample Of(PromptTemplate template, Row row, string field)
    {
        var rendered = template.Render(row);
        var text = rendered.Answer.Trim();
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? rendered with { Answer = text, References = [text], Value = value }
            : throw new InvalidInputException(field, $"\"{text}\" is no number: name the column that holds the numbers, or leave such rows out");
    }
}
