using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Library;

/// <summary>
/// Validation and test examples whose prompt is, letter for letter, that of a training example: what is scored on them is
/// memory as much as skill. Compared is the rendered prompt (where it is empty, the answer), so that columns that the template leaves out
/// do not count.
/// </summary>
/// <param name="Split">"validation" or "test".</param>
/// <param name="Rows">Examples of the split.</param>
/// <param name="Shared">Those whose prompt is trained on, too.</param>
/// <param name="SameAnswer">Of these, examples whose answer is that of such a training example as well.</param>
/// <param name="First">The first <see cref="MostListed"/> of them.</param>
public sealed record SplitOverlap(string Split, int Rows, int Shared, int SameAnswer, IReadOnlyList<SharedRow> First)
{
    public const int MostListed = 100;
    private const int RowsBetweenLooks = 1_000;

    /// <summary>Looks at every row: memory is that of the held-out splits' hashes, time that of rendering all rows.</summary>
    /// <returns>Validation, then test; a split without rows is left out.</returns>
    /// <exception cref="InvalidInputException">The template does not fit the data.</exception>
    public static IReadOnlyList<SplitOverlap> Of(DatasetVersion version, TaskSpec task, CancellationToken cancellation = default)
    {
        var parsed = TaskTemplate.Of(task);
        if (parsed.Check(version.Columns) is { Count: > 0 } missing) throw new InvalidInputException(missing);
        var held = new[] { SplitNames.Validation, SplitNames.Test }.Where(split => version.Count(split) > 0)
            .Select(split => (Split: split, Keys: Render(version, split, parsed, cancellation).ToList())).ToList();
        // The first training row of each prompt that is held out, and all its answers.
        var wanted = held.SelectMany(split => split.Keys).Select(row => row.Prompt).ToHashSet();
        var trained = new Dictionary<UInt128, int>();
        var answers = new HashSet<(UInt128, UInt128)>();
        foreach (var row in Render(version, SplitNames.Train, parsed, cancellation))
        {
            if (!wanted.Contains(row.Prompt)) continue;
            trained.TryAdd(row.Prompt, row.Number);
            answers.Add((row.Prompt, row.Answer));
        }
        return [.. held.Select(split =>
        {
            var shared = split.Keys.Where(row => trained.ContainsKey(row.Prompt)).ToList();
            return new SplitOverlap(split.Split, version.Count(split.Split), shared.Count, shared.Count(row => answers.Contains((row.Prompt, row.Answer))),
                [.. shared.Take(MostListed).Select(row => new SharedRow(row.Number, trained[row.Prompt], answers.Contains((row.Prompt, row.Answer)), parsed.Render(version.Get(split.Split, row.Number)) is var text && text.Prompt.Length > 0 ? text.Prompt : text.Answer))]);
        })];
    }

    private static IEnumerable<(int Number, UInt128 Prompt, UInt128 Answer)> Render(DatasetVersion version, string split, TaskTemplate template, CancellationToken cancellation)
    {
        var number = -1;
        foreach (var row in version.Read(split))
        {
            if (++number % RowsBetweenLooks == 0) cancellation.ThrowIfCancellationRequested();
            RenderedExample example;
            try
            {
                example = template.Render(row);
            }
            catch (InvalidInputException)
            {
                continue; // a label without words: a run refuses the task, and says so
            }
            var answer = Hash(example.Answer);
            yield return (number, example.Prompt.Length > 0 ? Hash(example.Prompt) : answer, answer);
        }
    }

    private static UInt128 Hash(string text) => MemoryMarshal.Read<UInt128>(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <param name="Row">Row number in the held-out split, from 0.</param>
/// <param name="TrainRow">The first training row of that prompt, from 0.</param>
/// <param name="SameAnswer">A training row has the answer, too.</param>
/// <param name="Prompt">The prompt that both have.</param>
public sealed record SharedRow(int Row, int TrainRow, bool SameAnswer, string Prompt);
