using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Estimates;

/// <summary>
/// The memory that comes and goes in an evaluation, at most: one layer of a pass at a time, for no backward pass is to come, but of as
/// many examples as <see cref="EvaluationLimits"/> lets through at once, where a step has one micro-batch.
/// </summary>
public static class EvaluationMemory
{
    private const long Number = sizeof(float);

    /// <summary>Bytes of the task that takes most; 0 where nothing is evaluated.</summary>
    /// <param name="spec">Its kinds of tasks, how many examples are evaluated and the longest of them count.</param>
    public static long Of(RunSpec spec, ModelShapes model) =>
        spec.Tasks.Where(task => spec.Baseline is null || task.Name == spec.Baseline.Task).Select(task => Of(spec, model, task)).DefaultIfEmpty().Max();

    private static long Of(RunSpec spec, ModelShapes model, TaskSpec task)
    {
        var width = spec.Training.Precision == "bf16" ? Number / 2 : Number;
        long length = spec.Training.MaxLength;
        // How many examples a test split has stands in the data: it is taken to fill a pass.
        var examples = spec.Evaluation.Test || spec.Evaluation.Examples == 0 ? EvaluationLimits.TokensPerPass : (long)spec.Evaluation.Examples;
        var columns = Math.Max(length, Math.Min(EvaluationLimits.TokensPerPass, examples * length));
        var pass = columns * width * Layer(model) + Mask(task, columns * length) + Logits(model, task, columns);
        if (task.Kind != TaskKinds.Generation) return pass;
        var texts = Math.Min(EvaluationLimits.TextsAtOnce, examples);
        var kept = 2L * width * model.Layers * model.KeyWidth * (length + task.MaxNewTokens); // keys and values of a text
        return Math.Max(pass, texts * (kept + length * width * Layer(model) + Mask(task, length * length) + Number * model.Vocabulary));
    }

    /// <summary>
    /// Numbers that a column of a layer holds before they are let go together: states, norms and residual sums (hidden); queries, turned and mixed, with their angles; keys
    /// and values, their turn and their spread over the query heads; and four times the MLP's inner width.
    /// </summary>
    private static long Layer(ModelShapes model) => 9L * model.Hidden + 10L * model.Queries + 5L * model.KeyWidth + 4L * model.Intermediate;

    /// <summary>Who sees whom in rows that branch into choices or are padded on their left: a float32 a pair of columns, and the five truth values it is made of.</summary>
    private static long Mask(TaskSpec task, long pairs) => task.Kind is TaskKinds.MultipleChoice or TaskKinds.Generation ? (Number + 5) * pairs : 0;

    /// <summary>Logits and their log-softmax. Of a choice or a text every token may be asked; labels are a few tokens, and heads ask for none.</summary>
    private static long Logits(ModelShapes model, TaskSpec task, long columns) => task.Kind == TaskKinds.Classification || TaskKinds.HasHead(task.Kind) ? 0
        : 2 * Number * Math.Min(Math.Max(EvaluationLimits.LogitsAtOnce, model.Vocabulary), columns * model.Vocabulary);
}
