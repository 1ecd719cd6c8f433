namespace MtlStudio.Training.Heads;

/// <summary>What a head is asked of one example.</summary>
/// <param name="Positions">Tokens of the example that it reads: one for each answer, or several for one answer (their mean).</param>
/// <param name="Values">(answers × width): the class (−1: not known), the number, or 0 and 1 for each label.</param>
/// <param name="Answers">1, or one for each tagged word.</param>
/// <param name="Known">Answers that have a loss: their class is known.</param>
public sealed record HeadTargets(int[] Positions, float[] Values, int Answers, int Known)
{
    /// <summary>The class of an answer that is none of the labels.</summary>
    public const float Unknown = -1;
}
