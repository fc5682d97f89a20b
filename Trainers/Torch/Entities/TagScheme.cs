namespace MLPipes.Trainers.Torch;

/// <summary>How tags mark where an entity begins and ends.</summary>
public enum TagScheme
{
    /// <summary>Only the type of each word's entity; neighbours of one type are one entity.</summary>
    Plain,

    /// <summary>B- only where an entity follows another of its type, I- for all other words of entities (CoNLL-2003 as distributed).</summary>
    Iob1,

    /// <summary>B- for the first word of every entity, I- for the others (IOB2); what <em>BIO</em> usually means.</summary>
    Bio,

    /// <summary>B-, I-, E- for the first, inner and last word, S- for an entity of one word; BILOU, BMES and BMEWO are the same by other letters.</summary>
    Bioes,
}
