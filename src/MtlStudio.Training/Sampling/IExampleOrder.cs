namespace MtlStudio.Training.Sampling;

/// <summary>
/// The order in which one task's examples are drawn, over all epochs: a pure function of seed, task and draw number, so
/// that neither other tasks nor the past of the run change it. Not for several threads.
/// </summary>
internal interface IExampleOrder
{
    /// <summary>The example at draw number <paramref name="draw"/>, from 0.</summary>
    int At(long draw);
}
