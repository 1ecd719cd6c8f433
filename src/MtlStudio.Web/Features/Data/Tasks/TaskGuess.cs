using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Features.Data.Tasks;

/// <summary>What a new task begins with where nothing better is known of its dataset.</summary>
internal static class TaskGuess
{
    /// <summary>The last column answers, the others are read.</summary>
    public static TaskSpec Of(string reference, IReadOnlyList<string> columns) => columns.Count == 0 ? new() { Data = new() { Dataset = reference } } : new()
    {
        Data = new() { Dataset = reference },
        Template = new() { Prompt = string.Concat(columns.SkipLast(1).Select(column => $"{column}: {{{column}}}\n")) + $"{columns[^1]}:", Answer = $" {{{columns[^1]}}}" },
    };

    /// <summary>A name that a task may have, of any text.</summary>
    public static string Name(string text)
    {
        var name = new string([.. text.Select(c => char.IsLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-')]).Trim('-', '.', '_');
        return name.Length == 0 ? "task" : name[..Math.Min(name.Length, 64)];
    }
}
