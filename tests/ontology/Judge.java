// What HermiT, and the OWL API that it carries, find in ontology files, all in one process: a start costs more than most
// of the answers. Each argument is a question and a file, as in `consistent=a.nt`; each line that it prints is an argument
// and one thing found. Questions are `consistent`, `empty` for the classes that can have no instance, and `profile` for
// what is outside OWL 2 DL.

import java.io.File;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.semanticweb.HermiT.Reasoner;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyCreationException;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;

class Judge {
    private static final Map<String, Reasoner> REASONERS = new HashMap<>();

    public static void main(String[] asked) throws Exception {
        for (String each : asked) {
            String[] parts = each.split("=", 2);
            for (Object found : answer(parts[0], parts[1])) {
                System.out.println(each + "\t" + found.toString().replace('\n', ' '));
            }
        }
    }

    private static Iterable<?> answer(String question, String file) throws Exception {
        switch (question) {
            case "consistent": return List.of(reasoner(file).isConsistent());
            case "empty": return reasoner(file).getUnsatisfiableClasses().getEntitiesMinusBottom();
            case "profile": return new OWL2DLProfile().checkOntology(read(file)).getViolations();
            default: throw new IllegalArgumentException(question);
        }
    }

    private static Reasoner reasoner(String file) throws OWLOntologyCreationException {
        if (!REASONERS.containsKey(file)) {
            REASONERS.put(file, new Reasoner(read(file)));
        }
        return REASONERS.get(file);
    }

    private static OWLOntology read(String file) throws OWLOntologyCreationException {
        return OWLManager.createOWLOntologyManager().loadOntologyFromOntologyDocument(new File(file));
    }
}
