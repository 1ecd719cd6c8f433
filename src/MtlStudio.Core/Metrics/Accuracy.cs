namespace MtlStudio.Core.Metrics;

/// <summary>1 where the output, white space around it apart, is the first reference.</summary>
internal static class Accuracy
{
    public static double Score(string output, IReadOnlyList<string> references) =>
        PythonText.Strip(output) == PythonText.Strip(references.Count > 0 ? references[0] : "") ? 1 : 0;
}
