namespace MtlStudio.Core.Estimates;

/// <summary>How long training takes, judged by a run that was measured on the same device: a first run there has no estimate.</summary>
public static class TimeEstimate
{
    /// <summary>Operations a second that a measured run reached; evaluation is no part of it.</summary>
    /// <param name="microBatchCost">Of <see cref="StepCost.OfMicroBatch"/>, for the measured run.</param>
    /// <param name="microBatches">How many it ran.</param>
    /// <param name="seconds">Of training alone.</param>
    public static double Rate(double microBatchCost, long microBatches, double seconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(seconds);
        return microBatchCost * microBatches / seconds;
    }

    /// <summary>Seconds of training, without evaluation.</summary>
    /// <param name="microBatchCost">Of <see cref="StepCost.OfMicroBatch"/>, for the run to come.</param>
    /// <param name="microBatches">Steps times micro-batches a step.</param>
    /// <param name="rate">Of <see cref="Rate"/>.</param>
    public static double Seconds(double microBatchCost, long microBatches, double rate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        return microBatchCost * microBatches / rate;
    }
}
