namespace MLPipes.AutoSearch;

/// <summary>Sees more of a study than its events: the data as it is learned from, predictions and models.</summary>
internal interface IStudyWatcher
{
    /// <summary>The data was read; no trial has begun.</summary>
    void Began(StudyData data);

    /// <summary>A trial ended, in this run or one that the journal holds.</summary>
    void Took(FinishedTrial trial);

    /// <summary>The result was put together.</summary>
    void Ended(Finished finished);
}
