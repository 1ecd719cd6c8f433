namespace MtlStudio.Training.Loop;

/// <summary>How what is trained lies in a checkpoint's folder: an adapter, or a whole model.</summary>
public interface ITrainedWeights
{
    /// <summary>Writes the trained values, flushed to the disk, so that other programs can load the folder.</summary>
    void Write(string folder);

    /// <summary>Reads them back, bit for bit, into the trained leaves.</summary>
    /// <exception cref="MtlStudio.Core.Runs.InvalidInputException">Something is missing or of another shape.</exception>
    void Read(string folder);
}
