using System.Collections.Concurrent;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers;
using MtlStudio.Core.Tokenizers.Prompts;

namespace MtlStudio.Web.Library;

/// <summary>One example of a task as the trainer sees it.</summary>
/// <param name="Row">Row number in its split, from 0.</param>
/// <param name="Rows">Rows of the split.</param>
/// <param name="Columns">The row's values, in the columns' order.</param>
/// <param name="Tokens">Null where no model with a tokenizer was named.</param>
public sealed record TaskExample(int Row, int Rows, IReadOnlyList<KeyValuePair<string, string>> Columns, string Prompt, string Answer, IReadOnlyList<string> References, PromptPreview? Tokens);

/// <summary>Renders and counts tasks: nothing is kept but counts that were made before.</summary>
public sealed class TaskPreviews(DataFolder data)
{
    /// <summary>Examples that are counted where nothing else is asked.</summary>
    public const int UsualCount = 2_000;
    private const int MostCounts = 500;
    private const int MostTokenizers = 8;

    private readonly ConcurrentDictionary<string, Lazy<Tokenizer>> tokenizers = new();
    private readonly ConcurrentDictionary<string, TokenCounts> counts = new();
    private readonly ConcurrentDictionary<string, IReadOnlyList<SplitOverlap>> overlaps = new();

    /// <summary>Renders one example.</summary>
    /// <param name="task">Its data and template count.</param>
    /// <param name="row">Held within the split's rows.</param>
    /// <param name="model">"sha256:…" of a model whose tokenizer is used; null: no tokens.</param>
    /// <exception cref="InvalidInputException">Template, data or model cannot be used; every fault by its field.</exception>
    public TaskExample Example(TaskSpec task, string split, int row, string? model, int maxLength)
    {
        CheckSplit(split);
        var template = TaskTemplate.Of(task);
        using var version = TaskData.Resolve(task.Data, "data", data.Root, data);
        if (template.Check(version.Columns) is { Count: > 0 } missing) throw new InvalidInputException(missing);
        var rows = version.Count(split);
        if (rows == 0) throw new InvalidInputException("split", $"\"{version.Manifest.Name}\" has no {split} examples: choose another split");
        row = Math.Clamp(row, 0, rows - 1);
        var cells = version.Get(split, row);
        var rendered = template.Render(cells);
        var tokens = model is null ? null : TaskKinds.HasHead(task.Kind) ? PromptPreview.OfHead(TokenizerOf(model), rendered, task.Pooling == "mean" && task.Kind != TaskKinds.Tagging, maxLength)
            : PromptPreview.Of(TokenizerOf(model), rendered.Prompt, rendered.Answer, maxLength);
        return new(row, rows, [.. cells.Columns.Select((column, i) => KeyValuePair.Create(column, cells[i].ToString()))], rendered.Prompt, rendered.Answer, rendered.References, tokens);
    }

    /// <summary>What becomes of a split's examples; the same question is answered from memory.</summary>
    /// <param name="most">Examples at most, a seeded choice; 0: all.</param>
    /// <exception cref="InvalidInputException">Template, data or model cannot be used; every fault by its field.</exception>
    public TokenCounts Count(TaskSpec task, string split, string model, int maxLength, int most = UsualCount, CancellationToken cancellation = default)
    {
        CheckSplit(split);
        var key = $"{Text(task)}|{task.Data.Dataset}|{split}|{model}|{maxLength}|{most}";
        if (counts.TryGetValue(key, out var known)) return known;
        using var version = TaskData.Resolve(task.Data, "data", data.Root, data, cancellation);
        var counted = TokenCounts.Of(version, split, task, TokenizerOf(model), maxLength, most, cancellation);
        if (counts.Count >= MostCounts) counts.Clear();
        return counts[key] = counted;
    }

    /// <summary>What <see cref="Overlap"/> depends on.</summary>
    public static string OverlapKey(TaskSpec task) => $"{Text(task)}|{task.Data.Dataset}";

    /// <summary>What <see cref="Example"/> and <see cref="Count"/> depend on of the task.</summary>
    public static string ExampleKey(TaskSpec task) => $"{Text(task)}|{task.Pooling}|{task.Minimum}|{task.Maximum}|{task.Data.Dataset}";

    /// <summary>What the examples' texts depend on beside the data.</summary>
    private static string Text(TaskSpec task) => $"{LibraryJson.Write(task.Template)}|{task.Kind}|{task.LabelSeparator}|{task.AnswerIs}|{string.Join('\n', task.Choices)}";

    /// <summary>Held-out examples whose prompt is trained on, too; the same question is answered from memory.</summary>
    /// <exception cref="InvalidInputException">Template or data cannot be used; every fault by its field.</exception>
    public IReadOnlyList<SplitOverlap> Overlap(TaskSpec task, CancellationToken cancellation = default)
    {
        var key = OverlapKey(task);
        if (overlaps.TryGetValue(key, out var known)) return known;
        using var version = TaskData.Resolve(task.Data, "data", data.Root, data, cancellation);
        var found = SplitOverlap.Of(version, task, cancellation);
        if (overlaps.Count >= MostCounts) overlaps.Clear();
        return overlaps[key] = found;
    }

    /// <exception cref="InvalidInputException">No such model, or it has no tokenizer that can be read.</exception>
    public Tokenizer TokenizerOf(string model)
    {
        var folder = DataFolder.Resolve(model, "model", data.Root, data, root => root.Models);
        if (tokenizers.Count >= MostTokenizers) tokenizers.Clear();
        try
        {
            return tokenizers.GetOrAdd(folder, _ => new(() => Tokenizer.Load(folder))).Value;
        }
        catch (InvalidInputException fault)
        {
            tokenizers.TryRemove(folder, out _);
            // Where the folder lies is nothing to the caller.
            throw new InvalidInputException("model", string.Join("; ", fault.Errors.Select(error => error.Message.Replace(folder, model[..Math.Min(model.Length, 19)] + "…", StringComparison.Ordinal))));
        }
    }

    private static void CheckSplit(string split)
    {
        if (!SplitNames.All.Contains(split)) throw new InvalidInputException("split", $"There is no split \"{split}\": choose among {string.Join(", ", SplitNames.All)}");
    }
}
