using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Features.NewRun;

/// <summary>The task that a dataset becomes when it is added to a mix: a first guess, for its writer to change.</summary>
public static class NewTask
{
    /// <param name="taken">Names that the mix has already.</param>
    public static TaskSpec From(FormDataset dataset, IReadOnlyCollection<string> taken)
    {
        var columns = dataset.Columns;
        var answer = columns[^1];
        var asked = columns.Count > 1 ? columns.Take(columns.Count - 1) : columns;
        return new()
        {
            Name = Unused(Word(dataset.Name), taken),
            Data = new() { Dataset = dataset.Reference },
            Template = new() { Prompt = $"{string.Join("\n", asked.Select(column => $"{{{column}}}"))}\n", Answer = $"{{{answer}}}" },
        };
    }

    /// <summary>A kept task as a member of a mix, with a name that the mix does not have yet.</summary>
    public static TaskSpec From(FormTask task, IReadOnlyCollection<string> taken) => task.Spec with { Name = Unused(task.Name, taken), Share = 1, LossWeight = 1 };

    private static string Word(string name)
    {
        var word = string.Concat(name.Trim().Select(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-')).TrimStart('-', '_', '.');
        return word.Length == 0 ? "task" : word[..Math.Min(word.Length, 60)];
    }

    private static string Unused(string word, IReadOnlyCollection<string> taken)
    {
        if (!taken.Contains(word)) return word;
        var number = 2;
        while (taken.Contains($"{word}-{number}")) number++;
        return $"{word}-{number}";
    }
}
