using System.Globalization;
using MtlStudio.Core.Curricula;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Runs;
using MtlStudio.Training.Sampling;

namespace MtlStudio.Training.Batching;

/// <summary>A training example with what it was made of.</summary>
/// <param name="Number">Its row in the training split, from 0.</param>
public sealed record SourceExample(int Number, Row Row, string Answer, LabeledIds Ids);

/// <summary>Works out what the order of a task's examples shall depend on.</summary>
public static class TaskFacts
{
    /// <summary>Strata of lengths.</summary>
    private const int LengthBins = 5;
    private const int MostStrata = 1000;

    /// <param name="field">The task's path, as <c>tasks[0]</c>.</param>
    /// <exception cref="InvalidInputException">A column is missing or holds what it must not.</exception>
    public static ExampleFacts Of(RunSpec spec, TaskSpec task, string field, IReadOnlyList<SourceExample> examples) => new()
    {
        Ranks = Curriculum.Of(spec) is { } curriculum ? Ranks(curriculum, task, field, examples) : null,
        Strata = string.IsNullOrEmpty(task.Stratify) ? null : Strata(task.Stratify, $"{field}.stratify", examples),
        Balance = task.Balance,
        Lengths = spec.Training.Batching == "by-length" ? [.. examples.Select(example => example.Ids.Ids.Length)] : null,
    };

    /// <summary>Null where losses tell, which are measured as the run begins.</summary>
    private static int[]? Ranks(Curriculum curriculum, TaskSpec task, string field, IReadOnlyList<SourceExample> examples)
    {
        if (!string.IsNullOrEmpty(task.Difficulty)) return curriculum.Ranks([.. examples.Select(example => Difficulty(example, task.Difficulty, $"{field}.difficulty"))]);
        return curriculum.Difficulty switch
        {
            DifficultyMeasure.Length => curriculum.Ranks([.. examples.Select(example => (double)example.Ids.Ids.Length)]),
            DifficultyMeasure.Order => curriculum.Ranks([.. examples.Select(example => (double)example.Number)]),
            _ => null,
        };
    }

    private static double Difficulty(SourceExample example, string column, string field)
    {
        var text = Value(example, column, field);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number
            : throw new InvalidInputException(field, $"\"{column}\" must hold a number in every row (row {example.Number + 1} holds \"{text}\"): choose another column, or leave it empty");
    }

    private static int[] Strata(string by, string field, IReadOnlyList<SourceExample> examples)
    {
        if (by == "length")
        {
            var strata = new int[examples.Count];
            var order = Enumerable.Range(0, examples.Count).OrderBy(i => examples[i].Ids.Ids.Length).ToArray();
            for (var place = 0; place < order.Length; place++) strata[order[place]] = Math.Min(place * LengthBins / order.Length, order.Length - 1);
            return Dense(strata);
        }
        string[] values = [.. examples.Select(example => by == "label" ? example.Answer : Value(example, by, field))];
        var numbers = values.Distinct().Order(StringComparer.Ordinal).Select((value, number) => (value, number)).ToDictionary(pair => pair.value, pair => pair.number);
        if (numbers.Count > MostStrata || (numbers.Count > 1 && numbers.Count == values.Length))
            throw new InvalidInputException(field, $"\"{by}\" has {numbers.Count:#,0} different values in {values.Length:#,0} examples: stratify by what has few, as a label or length");
        return [.. values.Select(value => numbers[value])];
    }

    /// <summary>The same strata numbered without gaps.</summary>
    private static int[] Dense(int[] strata)
    {
        var numbers = strata.Distinct().Order().Select((old, number) => (old, number)).ToDictionary(pair => pair.old, pair => pair.number);
        return [.. strata.Select(stratum => numbers[stratum])];
    }

    private static string Value(SourceExample example, string column, string field) => example.Row.TryGet(column, out var cell) ? cell.ToString()
        : throw new InvalidInputException(field, $"There is no column \"{column}\": there are {string.Join(", ", example.Row.Columns)}");
}
